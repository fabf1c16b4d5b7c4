"""A broker's file: preview -> a yes -> one command. Nothing is written before the commit; then all of it, or nothing.

Imported trades are holdings; cash stays as it is (`tools.domain.events.Imported`). A row that an earlier import already
brought is not counted again, so files that overlap, or the same file twice, do not double anything.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.wiring import Desk
from agent.work import Work, begin, current
from knowledge.imports import UNREADABLE, Ask, ImportReport, parse
from tools.domain.events import Imported
from tools.domain.imports import PastTrade, Presumed
from tools.domain.value import Lang
from tools.errors import BadInput, DataMissing, Stale
from tools.journal import presumed

MOST_PREVIEWS = 16

_KEY = re.compile(r"[A-Za-z0-9가-힣.^=_\-]{1,32}")
_MONEY = frozenset({"KRW", "USD"})


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit came to. `again`: everything in the file was there already, and nothing was written."""

    import_id: str
    trades: int
    opening: tuple[Presumed, ...]
    unlisted: tuple[str, ...]  # symbols nobody here prices: kept at cost, never traded
    again: bool


def preview_trades(
    desk: Desk,
    investor: str,
    name: str,
    data: bytes,
    *,
    complete: bool = False,
    answers: Mapping[str, str] | None = None,
) -> ImportReport | Ask:
    """Read a file and keep what it says until it is committed; nothing is recorded.

    Args:
        desk: The ports.
        investor: Whose file it is.
        name: What the file is called; kept as a label only, never used as a path.
        data: The file as it came.
        complete: It claims to hold all trades from the first.
        answers: Answers to earlier questions about this file, by their code.
    Returns:
        The report, whose `import_id` commits it; or a question.
    """
    found = parse(data, now=desk.clock.now(), complete=complete, answers=answers)
    if isinstance(found, Ask):
        return found
    report = _without_known(replace(found, name=_label(name)), current(desk, investor).imports)
    desk.previews[investor, report.import_id] = report
    while len(desk.previews) > MOST_PREVIEWS:
        desk.previews.pop(next(iter(desk.previews)))
    return report


def commit_import(
    desk: Desk,
    investor: str,
    import_id: str,
    drop: Collection[int] = (),
    *,
    lang: Lang = "en",
    account: str | None = None,
) -> Committed:
    """Take a previewed file into the book, once.

    Args:
        desk: The ports.
        investor: Whose book.
        import_id: From the preview.
        drop: Lines the person dropped; every refused line must be among them.
        lang: Language of the record this may open.
        account: Id of the account the trades are of; None = the first one.
    Raises:
        BadInput: `demo_home` on a simulated market; `import_unknown` without a preview; `import_refused` with the
            lines that stand in the way; `import_no_line` for a line the file does not have; `import_unreadable`
            with the reason for a file that cannot be read; `entry_account` for an account nobody named.
        Stale: Another command came first, twice.
        StoreFailed: Nothing was written.
    """
    if desk.market.simulated:
        raise BadInput("demo_home", "hanfolio import FILE --home DIR --market files:DIR")
    report = desk.previews.get((investor, import_id))
    if report is None:
        raise BadInput("import_unknown", import_id)
    _check_lines(report, frozenset(drop))
    for last_try in (False, True):
        work = begin(desk, investor, lang)
        if account is not None and account not in {a.id for a in work.state.accounts}:
            raise BadInput("entry_account", account)
        kept = _without_known(replace(report, rows=report.all_rows, known=()).without(drop), work.state.imports)
        if not kept.rows:
            return Committed(import_id, 0, (), (), again=bool(kept.known))
        body = _body(work, kept, account)
        work.add(body)
        desk.ledger.bind("real")
        try:
            work.commit(idem=f"import:{body.id}:{body.digest}")
        except Stale:
            if last_try:
                raise
            continue  # another command came in between; look again at the book it left
        unlisted = tuple(s for s in kept.symbols if body.assets[s] not in desk.market.universe())
        return Committed(import_id, len(kept.rows), body.opening, unlisted, again=False)
    raise AssertionError("unreachable")


def _check_lines(report: ImportReport, drop: frozenset[int]) -> None:
    """Refuse while anything refused stays, or the person drops what is not there."""
    if report.format == UNREADABLE:
        raise BadInput("import_unreadable", report.refused[0].reason)
    left = [str(r.line) for r in report.refused if r.line not in drop]
    if left:
        raise BadInput("import_refused", *left)
    there = {r.line for r in report.all_rows} | {r.line for r in report.refused} | {s.line for s in report.skipped}
    strange: list[int] = sorted(drop - there)
    if strange:
        raise BadInput("import_no_line", *map(str, strange))


def _identity(trade: PastTrade) -> tuple[Any, ...]:
    """What makes two rows the same trade: everything but the line and the name."""
    return (trade.at, trade.symbol, trade.side, trade.units, trade.price, trade.currency, trade.fee, trade.fee_currency)


def _without_known(report: ImportReport, earlier: Sequence[Imported]) -> ImportReport:
    """The report without rows that earlier imports brought, and with what all of them together presuppose.

    Rows count: of two fills alike in the file, one that was there before takes only one away.
    """
    if not earlier:
        return report
    past = [t for body in earlier for t in body.trades]
    had = Counter(map(_identity, past))
    rows: list[PastTrade] = []
    known: list[PastTrade] = []
    for trade in report.rows:
        seen = had[_identity(trade)] > 0
        had[_identity(trade)] -= seen
        (known if seen else rows).append(trade)
    before = {p.symbol: p.units for p in presumed(past)}
    return replace(
        report,
        rows=tuple(rows),
        known=tuple(known),
        opening=tuple(p for p in presumed([*past, *rows]) if p.units > before.get(p.symbol, 0)),
    )


def _body(work: Work, report: ImportReport, account: str | None) -> Imported:
    """The event: the trades, and which asset of the book each symbol is."""
    universe = work.desk.market.universe()
    currencies = {s: {t.currency for t in report.rows if t.symbol == s} for s in report.symbols}
    assets = dict(_earlier_keys(work))
    assets |= {s: asset_key(work.desk, s, currencies[s]) for s in report.symbols if s not in assets}
    assets = {s: assets[s] for s in report.symbols}
    priced = _priced(work)
    return Imported(
        id=work.new_id("i"),
        turn=work.turn,
        file=report.name,
        format=report.format,
        digest=report.digest,
        trades=report.rows,
        opening=report.opening,
        assets=assets,
        own={a: universe[a].currency for a in assets.values() if a in universe and a in priced},
        account=account,
    )


def _earlier_keys(work: Work) -> Mapping[str, str]:
    """A symbol stays the asset that an earlier import made it."""
    return {s: a for body in work.state.imports for s, a in body.assets.items()}


def asset_key(desk: Desk, symbol: str, currencies: Collection[str]) -> str:
    """The key of a symbol in the book: the asset it is exactly, else the symbol itself, spelled as a key.

    A listed asset is meant only where its symbol, id or alias is written exactly and the file's prices are in its
    currency: the same letters in another currency may be another paper.
    """
    universe = desk.market.universe()
    bare = symbol[1:] if re.fullmatch(r"A[0-9]{6}", symbol) else symbol
    for asset in universe.assets:
        if asset.asset_class == "cash":
            continue
        names = {asset.id, *asset.aliases, asset.name_en, asset.name_ko}
        if bare in names and asset.currency in currencies:
            return asset.id
    if _KEY.fullmatch(symbol) and symbol not in _MONEY and symbol not in universe:
        return symbol
    spelled = re.sub(r"[^A-Za-z0-9가-힣.^=_\-]", "_", symbol)[:23]
    return f"{spelled}_{hashlib.sha256(symbol.encode()).hexdigest()[:8]}"


def _priced(work: Work) -> frozenset[str]:
    """Assets with a price today; the cost of any other is kept in the currency that was paid."""
    try:
        return frozenset(work.desk.market.at(work.at).quotes)
    except DataMissing:
        return frozenset()


def _label(name: str) -> str:
    """A file's name as a label: its last part, printable, at most 80 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")[:80]
