"""A broker's file in words: why a row is refused, what a row is that is no trade, and what the file leaves open."""

from agent.words.slots import Line, Number, Phrase, Phrases, Quoted, Units, Word
from knowledge.imports import UNREADABLE, Ask, ImportReport

MOST_ROWS = 20
"""Refused rows that are listed one by one."""

WORDS: dict[str, tuple[str, str]] = {
    # the whole file
    "import.reason.empty_file": ("파일이 비어 있어요.", "The file is empty."),
    "import.reason.no_rows": ("제목 줄만 있고 거래가 없어요.", "The file has a header and no rows."),
    "import.reason.too_large": (
        "파일이 너무 커서 읽지 않았어요. 기간을 나눠 주세요.",
        "The file is too large to be read. Please split it by period.",
    ),
    "import.reason.too_many_rows": (
        "줄이 너무 많아 읽지 않았어요. 기간을 나눠 주세요.",
        "The file has too many rows. Please split it by period.",
    ),
    "import.reason.too_many_columns": ("열이 너무 많아요.", "There are too many columns."),
    "import.reason.cell_too_long": ("한 칸의 글이 너무 길어요.", "A cell holds too long a text."),
    "import.reason.line_too_long": ("한 줄이 너무 길어요.", "A line is too long."),
    "import.reason.spreadsheet": (
        "엑셀이나 압축 파일은 읽지 않아요. CSV로 저장해서 다시 올려 주세요.",
        "Spreadsheets and zip files are not read. Please save it as CSV and try again.",
    ),
    "import.reason.compressed": (
        "압축 파일은 열지 않아요. 풀어서 올려 주세요.",
        "Compressed files are not opened. Please unpack it first.",
    ),
    "import.reason.html": (
        "웹 페이지로 저장된 파일이에요. CSV로 내려받아 주세요.",
        "This file was saved as a web page. Please download it as CSV.",
    ),
    "import.reason.not_text": ("글로 된 표가 아니에요.", "This is not a text table."),
    "import.reason.encoding": (
        "글자 인코딩을 알 수 없어요. 유니코드(UTF) CSV로 저장해 주세요.",
        "The text encoding is not known. Please save it as Unicode (UTF) CSV.",
    ),
    "import.reason.control_character": ("보이지 않는 제어 문자가 들어 있어요.", "The file holds control characters."),
    "import.reason.broken_quotes": ("따옴표가 닫히지 않은 줄이 있어요.", "A quotation mark is not closed."),
    "import.reason.unknown_format": (
        "날짜, 종목, 수량, 가격을 찾을 수 있는 제목 줄이 없어요.",
        "No header line names a date, a symbol, a quantity and a price.",
    ),
    "import.reason.bad_xml": ("XML이 잘못돼 있어 읽지 못했어요.", "The XML is damaged and cannot be read."),
    "import.reason.xml_entities": (
        "XML에 문서 형식이나 엔터티 선언이 있어 읽지 않았어요.",
        "The XML declares a document type or entities, so it was not read.",
    ),
    # one row
    "import.reason.short_row": ("칸이 모자라요.", "Cells are missing."),
    "import.reason.long_row": (
        "제목 줄보다 칸이 많아요. 천 단위 쉼표가 따옴표 없이 쓰였는지 봐 주세요.",
        "There are more cells than columns; a thousands separator may stand without quotes.",
    ),
    "import.reason.formula": (
        "수식처럼 시작하는 글이라 받지 않았어요.",
        "The text begins like a formula, so it was refused.",
    ),
    "import.reason.no_symbol": ("종목이 적혀 있지 않아요.", "No symbol is given."),
    "import.reason.bad_symbol": ("종목 이름으로 볼 수 없는 글이에요.", "This text cannot be a symbol."),
    "import.reason.unknown_side": (
        "사고판 것 중 무엇인지 알 수 없어요.",
        "It does not say whether this was bought or sold.",
    ),
    "import.reason.cancelled_trade": (
        "취소된 거래예요. 원래 거래와 함께 빼 주세요.",
        "This takes an earlier trade back. Please drop both rows.",
    ),
    "import.reason.bad_units": ("수량이 숫자가 아니에요.", "The quantity is not a number."),
    "import.reason.bad_price": ("가격이 숫자가 아니에요.", "The price is not a number."),
    "import.reason.bad_amount": ("금액이 숫자가 아니에요.", "The amount is not a number."),
    "import.reason.bad_fee": ("수수료가 숫자가 아니에요.", "The fee is not a number."),
    "import.reason.ambiguous_number": (
        "쉼표와 점이 섞여 있어 숫자를 한 가지로 읽을 수 없어요.",
        "Commas and points are mixed, so the number reads two ways.",
    ),
    "import.reason.negative_units": ("수량이 음수예요.", "The quantity is negative."),
    "import.reason.sign_mismatch": (
        "매수·매도와 수량의 부호가 맞지 않아요.",
        "The sign of the quantity contradicts the side.",
    ),
    "import.reason.zero_units": ("수량이 영이에요.", "The quantity is zero."),
    "import.reason.zero_price": ("가격이 영이거나 음수예요.", "The price is zero or negative."),
    "import.reason.absurd_size": ("한 거래로 보기에는 너무 큰 값이에요.", "The figure is too large for one trade."),
    "import.reason.too_precise": ("수량의 소수점 아래 자릿수가 너무 많아요.", "The quantity has too many decimals."),
    "import.reason.amount_mismatch": ("금액이 수량 × 가격과 맞지 않아요.", "The amount does not fit quantity × price."),
    "import.reason.no_currency": ("통화가 적혀 있지 않아요.", "No currency is given."),
    "import.reason.bad_currency": ("모르는 통화예요.", "The currency is not known."),
    "import.reason.bad_date": ("날짜로 읽을 수 없어요.", "This is no date that can be read."),
    "import.reason.ambiguous_date": (
        "파일 안에서 월과 일의 순서가 서로 달라요.",
        "Day and month change places within the file.",
    ),
    "import.reason.in_future": ("아직 오지 않은 날짜예요.", "The date lies in the future."),
    "import.reason.too_old": ("너무 오래된 날짜예요.", "The date is too far back."),
    "import.reason.sold_too_much": ("가진 것보다 많이 판 거래예요.", "More was sold than was held."),
    # rows that are no trades
    "import.kind.dividend": ("배당", "dividend"),
    "import.kind.reinvested": ("배당 재투자", "reinvestment"),
    "import.kind.interest": ("이자", "interest"),
    "import.kind.fee": ("수수료", "fee"),
    "import.kind.tax": ("세금", "tax"),
    "import.kind.fx": ("환전", "currency exchange"),
    "import.kind.deposit": ("입금", "deposit"),
    "import.kind.withdrawal": ("출금", "withdrawal"),
    "import.kind.transfer": ("이체·입출고", "transfer"),
    "import.kind.split": ("액면 분할·병합", "split"),
    "import.kind.stock_dividend": ("주식 배당·무상증자", "stock dividend"),
    "import.kind.corporate": ("기업 활동", "corporate action"),
    "import.kind.conversion": ("코인 교환", "conversion"),
    "import.kind.staking": ("스테이킹·보상", "staking or reward"),
    "import.kind.derivative": ("파생상품", "derivative"),
    "import.kind.statement": ("안내 줄", "notice"),
    "import.kind.summary": ("합산 줄", "summary row"),
    "import.kind.total": ("합계 줄", "total"),
    "import.kind.cancelled": ("체결되지 않은 주문", "order that was not filled"),
    "import.kind.known": ("이미 가져온 거래", "imported before"),
    "import.kind.other": ("거래가 아닌 줄", "other"),
    # questions
    "import.ask.date_order": (
        "날짜의 일과 월 가운데 어느 쪽이 먼저인가요?",
        "Which comes first in the dates, day or month?",
    ),
    "import.ask.decimal": ("소수점이 점인가요, 쉼표인가요?", "Do decimals follow a point or a comma?"),
    "import.ask.amount": ("'amount' 열은 수량인가요, 금액인가요?", "Is the column 'amount' a quantity or money?"),
    "import.ask.side": (
        "매수·매도를 나타내는 열이 없어요. 모두 매수인가요, 매도인가요?",
        "No column says bought or sold. Are all rows purchases, or sales?",
    ),
    "import.ask.column_date": ("어느 열이 체결일인가요?", "Which column is the date of the trade?"),
    "import.ask.column_symbol": ("어느 열이 종목인가요?", "Which column is the symbol?"),
    "import.ask.column_side": ("어느 열이 매수·매도인가요?", "Which column says bought or sold?"),
    "import.ask.column_units": ("어느 열이 체결 수량인가요?", "Which column is the quantity filled?"),
    "import.ask.column_price": ("어느 열이 체결 가격인가요?", "Which column is the price paid?"),
    "import.ask.column_amount": ("어느 열이 체결 금액인가요?", "Which column is the amount of the trade?"),
    "import.ask.column_currency": ("어느 열이 가격의 통화인가요?", "Which column is the currency of the price?"),
    "import.ask.column_fee_currency": ("어느 열이 수수료의 통화인가요?", "Which column is the currency of the fee?"),
    "import.ask.column_status": ("어느 열이 체결 상태인가요?", "Which column is the state of the order?"),
    # the preview and what came of it
    "import.found": (
        "거래 {rows}건, 거래가 아닌 줄 {skipped}개, 받을 수 없는 줄 {refused}개를 찾았어요.",
        "Found {rows} trades, {skipped} rows that are no trades and {refused} rows that cannot be taken.",
    ),
    "import.reading": ("{number}) {shown}", "{number}) {shown}"),
    "import.row": ("{line}번째 줄: {reason}", "Line {line}: {reason}"),
    "import.more": ("이 밖에 {count}개 줄이 더 있어요.", "{count} more rows cannot be taken."),
    "import.opening": (
        "산 것보다 많이 판 종목이 있어, 파일 이전에 이만큼 갖고 계셨다고 볼게요: {what}.",
        "More was sold than bought, so this is taken as held before the file begins: {what}.",
    ),
    "import.held": ("{symbol} {units}", "{units} of {symbol}"),
    "import.unsure": (
        "분할이나 이체처럼 수량을 바꾼 줄도 있으니 잔고를 확인해 주세요: {symbols}.",
        "Splits, transfers and the like changed units too; please check what you hold: {symbols}.",
    ),
    "import.known": (
        "{count}건은 전에 가져온 거래라 다시 세지 않아요.",
        "{count} trades were imported before and do not count again.",
    ),
    "import.done": ("거래 {count}건을 담았어요.", "{count} trades are in your book now."),
    "import.again": (
        "모두 전에 가져온 거래예요. 바뀐 것은 없어요.",
        "All of it was imported before. Nothing was changed.",
    ),
    "import.nothing": ("담을 거래가 없어요. 바뀐 것은 없어요.", "There is no trade to import. Nothing was changed."),
    "undo.import": ("거래 {count}건 가져오기", "the import of {count} trades"),
    "import.at_cost": (
        "가격을 알 수 없는 종목은 산 값으로 두고 거래하지 않아요: {symbols}.",
        "What has no price here stays at what it cost and is never traded: {symbols}.",
    ),
}


def question(found: ImportReport | Ask) -> Ask | None:
    """The question a file leaves open, if it does."""
    return found if isinstance(found, Ask) else None


def report(found: ImportReport | Ask) -> ImportReport | None:
    """What a file holds, once no question is open."""
    return None if isinstance(found, Ask) else found


def ask_lines(found: Ask) -> tuple[Line, ...]:
    """A question about a file with its readings, numbered."""
    readings = (
        Line("import.reading", {"number": _count(n), "shown": Quoted(c.shown or c.key)})
        for n, c in enumerate(found.choices, 1)
    )
    return (Line(f"import.ask.{found.code}"), *readings)


def preview_lines(found: ImportReport | Ask) -> tuple[Line, ...]:
    """What a file holds, what is refused and why, and what it presupposes; or the question it leaves open."""
    if isinstance(found, Ask):
        return (Line(f"import.ask.{found.code}"),)
    if found.format == UNREADABLE:
        return tuple(Line(f"import.reason.{r.reason}") for r in found.refused)
    counts = {"rows": len(found.all_rows), "skipped": len(found.skipped), "refused": len(found.refused)}
    lines = [Line("import.found", {name: _count(n) for name, n in counts.items()})]
    for refused in found.refused[:MOST_ROWS]:
        reason = Phrase(Line(f"import.reason.{refused.reason}"))
        lines.append(Line("import.row", {"line": _count(refused.line), "reason": reason}))
    if len(found.refused) > MOST_ROWS:
        lines.append(Line("import.more", {"count": _count(len(found.refused) - MOST_ROWS)}))
    if found.known:
        lines.append(Line("import.known", {"count": _count(len(found.known))}))
    if found.opening:
        held = (
            Line("import.held", {"symbol": Quoted(p.symbol), "units": Units(p.units, p.symbol)}) for p in found.opening
        )
        lines.append(Line("import.opening", {"what": Phrases(tuple(held))}))
    if found.unsure:
        lines.append(Line("import.unsure", {"symbols": Quoted(", ".join(found.unsure))}))
    return tuple(lines)


def committed_lines(trades: int, unlisted: tuple[str, ...], *, again: bool) -> tuple[Line, ...]:
    """What a commit came to."""
    if not trades:
        return (Line("import.again" if again else "import.nothing"),)
    done = Line("import.done", {"count": _count(trades)})
    return (done, Line("import.at_cost", {"symbols": Quoted(", ".join(unlisted))})) if unlisted else (done,)


def kind_word(kind: str) -> Word:
    """The name of a kind of row that is no trade."""
    return Word(f"import.kind.{kind}")


def _count(value: int) -> Number:
    return Number(value, digits=0)
