"""What can go wrong, in words: one sentence per code, and a general one for codes nobody worded."""

from collections.abc import Mapping, Sequence

from agent.words.orders import broker_error
from agent.words.slots import Line, Number, Phrases, Quoted, Slot, Things
from tools.errors import AdvisorError, BadInput, ModelFailed
from tools.names import Names

WORDS: dict[str, tuple[str, str]] = {
    "error.other": (
        "처리하지 못했어요. 바뀐 것은 없어요.",
        "That did not work. Nothing was changed.",
    ),
    "error.no_plain_arrays": (
        "저장된 배열로 읽을 수 없는 파일이에요.",
        "That file does not hold plain arrays.",
    ),
    "error.other_network": (
        "다른 모양의 신경망에서 저장한 값이라 쓸 수 없어요.",
        "Those weights belong to a network of another shape.",
    ),
    "error.extra_missing": (
        "따로 설치해야 하는 것이 없어요: pip install 'hanfolio[{name}]'.",
        "An optional part is not installed: pip install 'hanfolio[{name}]'.",
    ),
    "error.other_about": (
        "처리하지 못했어요 ({about}). 바뀐 것은 없어요.",
        "That did not work ({about}). Nothing was changed.",
    ),
    # Stale
    "error.not_pending": (
        "그 제안은 이미 처리됐거나 더 새로운 제안으로 바뀌었어요.",
        "That proposal is no longer waiting: it was settled or replaced.",
    ),
    "error.other_fingerprint": (
        "카드의 제안과 승인 코드가 맞지 않아 실행하지 않았어요.",
        "The code does not belong to this proposal, so nothing was executed.",
    ),
    "error.expired": (
        "제안 기한이 지나 실행하지 않았어요. 다시 계산해 드릴게요.",
        "The proposal has expired, so nothing was executed. I can work it out again.",
    ),
    "error.price_moved": (
        "제안한 뒤로 {assets} 가격이 허용 범위보다 많이 움직여 실행하지 않았어요. 다시 계산해 드릴게요.",
        "The price of {assets} moved too far since the proposal, so nothing was executed. I can work it out again.",
    ),
    "error.price_gone": (
        "{assets}의 지금 가격이 없어 실행하지 않았어요.",
        "There is no current price for {assets}, so nothing was executed.",
    ),
    "error.mandate_changed": (
        "제안한 뒤로 말씀하신 조건이나 보유 자산이 바뀌어 실행하지 않았어요. 다시 계산해 드릴게요.",
        "What you told me or hold has changed since the proposal, so nothing was executed. I can work it out again.",
    ),
    "error.moved_on": (
        "다른 창에서 먼저 바뀐 게 있어요. 한 번 더 말씀해 주세요.",
        "Something else changed your record first. Please say it again.",
    ),
    # DataMissing
    "error.no_price": (
        "{assets}의 믿을 만한 최신 가격이 없어 제안하지 않을게요.",
        "There is no fresh price for {assets}, so I make no proposal.",
    ),
    "error.no_prices": ("가격 자료가 없어 계산할 수 없어요.", "There are no prices to work with."),
    "error.short_history": (
        "{assets}의 가격 기록이 너무 짧아 계산할 수 없어요.",
        "The price history of {assets} is too short to work with.",
    ),
    "error.empty_book": (
        "계좌가 비어 있어요. 먼저 입금액이나 보유 자산을 알려 주세요.",
        "The portfolio is empty. Tell me what you hold or pay in first.",
    ),
    "error.no_market_weights": (
        "시장 비중 자료가 없어 균형 수익률을 계산할 수 없어요.",
        "Market weights are missing, so no equilibrium can be computed.",
    ),
    "error.nothing_carries": (
        "{assets}에 해당하는 자산이 없어 그 방법을 쓸 수 없어요.",
        "Nothing here is {assets}, so that method cannot be used.",
    ),
    "error.no_cash": ("결제할 현금 자산이 이 시장에 없어요.", "This market has no cash asset to settle in."),
    "error.input_missing": ("계산에 필요한 입력이 빠져 있어요.", "An input of the calculation is missing."),
    "error.covariance_not_finite": (
        "가격 자료가 이상해 위험을 계산할 수 없어요.",
        "The prices are damaged, so risk cannot be computed.",
    ),
    "error.limits_not_finite": (
        "한도 값이 이상해 계산할 수 없어요.",
        "A limit is not a number that can be worked with.",
    ),
    "error.no_exact_answer": (
        "계산이 정확한 답에 이르지 못해 제안하지 않을게요.",
        "The calculation reached no exact answer, so I make no proposal.",
    ),
    "error.before_first_day": ("그 날짜에는 아직 가격이 없어요.", "There are no prices that early."),
    "error.max_vol": ("그 변동성 한도는 이 방법으로 지킬 수 없어요.", "This method cannot keep that volatility limit."),
    "error.tracking": ("이 방법으로는 따라갈 기준을 계산할 수 없어요.", "This method has no benchmark to track here."),
    # Infeasible and MandateConflict
    "error.infeasible": (
        "말씀하신 조건을 한꺼번에 지킬 수 있는 구성이 없어요. 어느 쪽을 따를까요?",
        "No portfolio can keep all you asked for. Which should hold?",
    ),
    "error.infeasible_limits": (
        "다음 조건을 한꺼번에 지킬 수 없어요: {limits}. 어느 쪽을 따를까요? 정하실 때까지 제안하지 않을게요.",
        "These cannot all hold: {limits}. Which should I follow? I propose nothing until you decide.",
    ),
    "error.order_against_limits": ("그 주문은 직접 정하신 한도를 어겨요.", "That order breaks a limit you set."),
    "error.order_against_limits_limits": (
        "그 주문은 직접 정하신 한도를 어겨요: {limits}. 한도를 바꾸시겠어요, 주문을 줄일까요?",
        "That order breaks limits you set: {limits}. Change the limit, or order less?",
    ),
    "error.not_enough_cash": ("현금이 모자라 그 주문은 할 수 없어요.", "There is not enough cash for that order."),
    "error.lots_too_coarse": (
        "정수 단위 거래로는 그 한도를 지킬 수 없어요.",
        "Whole lots are too coarse to keep that limit.",
    ),
    "error.lots_too_coarse_limits": (
        "정수 단위 거래로는 이 한도를 지킬 수 없어요: {limits}.",
        "Whole lots are too coarse to keep this: {limits}.",
    ),
    # StoreFailed
    "error.locked": (
        "다른 프로그램이 장부를 쓰고 있어 저장하지 못했어요. 바뀐 것은 없어요.",
        "Another program holds the ledger, so nothing was saved or changed.",
    ),
    "error.read_only": (
        "장부에 쓸 수 없어 저장하지 못했어요. 바뀐 것은 없어요.",
        "The ledger is read-only, so nothing was saved or changed.",
    ),
    "error.full": (
        "디스크가 가득 차 저장하지 못했어요. 바뀐 것은 없어요.",
        "The disk is full, so nothing was saved or changed.",
    ),
    "error.damaged": (
        "장부가 손상됐어요. hanfolio verify로 확인해 주세요. 아무것도 쓰지 않았어요.",
        "The ledger is damaged; run hanfolio verify. Nothing was written.",
    ),
    "error.tail_cut": (
        "장부의 마지막 부분이 잘려 있어요. hanfolio verify로 확인해 주세요.",
        "The end of the ledger was cut off; run hanfolio verify.",
    ),
    "error.unreadable": (
        "장부의 일부를 읽을 수 없어요. hanfolio verify로 확인해 주세요.",
        "Part of the ledger cannot be read; run hanfolio verify.",
    ),
    "error.unwritable": (
        "저장 폴더에 쓸 수 없어요. 바뀐 것은 없어요.",
        "The home folder cannot be written. Nothing was changed.",
    ),
    "error.other_market": (
        "이 저장 폴더는 다른 종류의 시장(모의/실제)에 묶여 있어요. --home으로 새 폴더를 열어 주세요.",
        "This home is bound to the other kind of market (demo or real). Open another with --home.",
    ),
    # BadInput
    "error.bad_units": ("수량을 읽을 수 없는 줄이 있어요.", "A quantity cannot be read."),
    "error.statement_asks": (
        "명세서를 한 가지로 읽을 수 없어요: {about}. 열 이름을 분명히 해 주세요.",
        "The statement can be read in two ways: {about}. Please make its columns plain.",
    ),
    "error.bad_month": ("달은 연도-월로 적어 주세요: {about}.", "Write the month as year-month, not {about}."),
    "error.no_record": ("이 폴더에는 기록이 없어요: {about}.", "There is no record in this folder: {about}."),
    "error.backup_exists": (
        "이 이름의 파일이 이미 있어 덮어쓰지 않았어요: {about}.",
        "A file of this name is there already and was left alone: {about}.",
    ),
    "error.home_taken": (
        "이 폴더는 비어 있지 않아 덮어쓰지 않았어요: {about}.",
        "This folder is not empty and was left alone: {about}.",
    ),
    "error.no_backup": (
        "온전한 한폴리오 백업이 아니에요: {about}. 바뀐 것은 없어요.",
        "This is no whole Hanfolio backup: {about}. Nothing was changed.",
    ),
    "error.nobody": ("로그인이 필요해요.", "Please log in first."),
    "error.users_unreadable": ("계정 파일을 읽을 수 없어요: {about}.", "The file of accounts cannot be read: {about}."),
    "error.users_line": (
        "계정 파일의 이 줄은 '이름:해시' 모양이 아니에요: {about}.",
        "This line of the file of accounts is not 'name:hash': {about}.",
    ),
    "error.user_name": (
        "계정 이름은 영문 소문자, 숫자, -, _만 쓰고 너무 길지 않아야 해요: {about}.",
        "An account's name is short: lower-case letters, digits, - or _: {about}.",
    ),
    "error.password_short": ("비밀번호는 {about}자 이상이어야 해요.", "A password needs at least {about} characters."),
    "error.unknown_zone": ("모르는 시간대예요: {about}.", "Unknown time zone: {about}."),
    "error.no_folder": ("그런 폴더가 없어요: {about}.", "No such folder: {about}."),
    "error.unknown_market": (
        "모르는 시장이에요: {about}. demo 또는 files:폴더를 써 주세요.",
        "Unknown market: {about}. Use demo or files:FOLDER.",
    ),
    "error.usage": (
        "언어 모델을 얼마나 썼는지 적어 둔 파일을 읽거나 쓸 수 없어요.",
        "The file that keeps how much of the language model was used cannot be read or written.",
    ),
    "error.bad_tokens": (
        "하루에 쓸 토큰 수를 읽을 수 없어요: {about}. 숫자로 적어 주세요.",
        "The number of tokens a day cannot be read: {about}. Give it in digits.",
    ),
    "error.bad_prices": (
        "토큰 가격을 읽을 수 없어요: {about}. 읽기와 쓰기 값을 쉼표로 나눠 적어 주세요.",
        "The token prices cannot be read: {about}. Give those of reading and writing, with a comma between them.",
    ),
    "error.unknown_practice": (
        "연습 자금을 어떻게 시작할지 모르겠어요: {about}. cash나 mix를 써 주세요.",
        "Unknown start of practice money: {about}. Use cash or mix.",
    ),
    "error.unknown_currency": (
        "모르는 통화예요: {about}. KRW나 USD를 써 주세요.",
        "Unknown currency: {about}. Use KRW or USD.",
    ),
    "error.unknown_jurisdiction": (
        "모르는 관할이에요: {about}. KR이나 US를 써 주세요.",
        "Unknown jurisdiction: {about}. Use KR or US.",
    ),
    "error.bad_now": (
        "--now에 적은 시각을 읽을 수 없어요: {about}.",
        "The time given as --now cannot be read: {about}.",
    ),
    "error.demo_currency": ("모의 시장에 없는 통화예요: {about}.", "The demo market has no such currency: {about}."),
    "error.too_long": (
        "글이 너무 길어요. 짧게 나눠 말씀해 주세요.",
        "That message is too long. Please say it in shorter pieces.",
    ),
    "error.empty": ("내용이 비어 있어요. 무엇을 도와드릴까요?", "That was empty. What can I do for you?"),
    "error.whatif_share": (
        "비중은 하나도 없음과 전부 사이여야 계산할 수 있어요.",
        "A share can only lie between nothing and everything.",
    ),
    "error.mandate_would_break": (
        "그사이 가격이 움직여 지금 승인하면 말씀하신 조건이 깨져요. 새로 제안해 드릴게요.",
        "Prices have moved: carried out now it would break what you asked for. I will propose again.",
    ),
    "error.fx_missing": ("환율을 모르는 통화가 있어요: {about}.", "The exchange rate is not known: {about}."),
    "error.half_life": ("뉴스의 시간을 읽을 수 없어요: {about}.", "The time of a news item cannot be read: {about}."),
    "error.scored_text": ("뉴스의 점수를 읽을 수 없어요: {about}.", "A news item's score cannot be read: {about}."),
    "error.news_shift": ("뉴스의 영향이 허용된 범위를 넘어요.", "The news would count for more than it may."),
    "error.more_sold_than_held": ("가진 것보다 많이 판 기록이 있어요.", "More was sold than was held."),
    "error.no_rows": ("자료에 줄이 없어요.", "The data hold no rows."),
    "error.prices_not_finite": ("숫자가 아닌 가격이 있어요: {about}.", "Some prices are not numbers: {about}."),
    "error.source_down": ("자료를 주는 곳이 답하지 않아요: {about}.", "The source does not answer: {about}."),
    "error.source_slow": ("자료를 주는 곳이 너무 느려요: {about}.", "The source is too slow: {about}."),
    "error.source_too_large": ("자료가 너무 커서 받지 않았어요: {about}.", "The source sent too much: {about}."),
    "error.source_empty": (
        "자료를 주는 곳이 모르는 종목이에요: {about}.",
        "The source knows nothing of it: {about}.",
    ),
    "error.source_refused": (
        "자료를 주는 곳이 요청을 거절했어요: {about}.",
        "The source refused the request: {about}.",
    ),
    "error.source_no_key": (
        "키가 있어야 답하는 곳이에요: {about}.",
        "The source answers only with a key: {about}.",
    ),
    "error.source_not_installed": (
        "필요한 라이브러리가 설치되어 있지 않아요: {about}.",
        "The library for it is not installed: {about}.",
    ),
    "error.no_file": (
        "파일이 없어요: {about}.",
        "There is no such file: {about}.",
    ),
    "error.source_not_https": (
        "암호화되지 않은 주소라 묻지 않았어요: {about}.",
        "Not asked, because the address is not https: {about}.",
    ),
    "error.live_empty": (
        "아직 받아 둔 실제 가격이 없어요. 받는 중일 수 있으니 잠시 뒤 다시 말씀해 주시거나 "
        "hanfolio fetch 로 확인해 주세요.",
        "No live prices are here yet. They may be on their way: ask again shortly, or run hanfolio fetch.",
    ),
    "error.live_source": (
        "가격을 받을 곳을 읽을 수 없어요: {about}. yahoo:SPY 처럼 적어 주세요.",
        "Where a price comes from cannot be read: {about}. Write it like yahoo:SPY.",
    ),
    "error.source_unreadable": (
        "받은 자료를 읽을 수 없어요: {about}.",
        "What the source sent cannot be read: {about}.",
    ),
    "error.other_code": (
        "카드에 적힌 코드와 달라서 아무것도 실행하지 않았어요. 카드의 네 글자를 그대로 입력해 주세요.",
        "That is not the code on the card, so nothing was executed. Please type its characters as they stand.",
    ),
    "error.whatif_which": (
        "무엇을 얼마나 바꿔 볼지 알려 주세요.",
        "Tell me what to change in thought, and by how much.",
    ),
    "error.whatif_not_excluded": ("{assets:은/는} 제외돼 있지 않아요.", "{assets} is not excluded."),
    "error.whatif_own_cash": (
        "{assets:은/는} 평가의 기준이 되는 돈이에요.",
        "{assets} is what everything is measured in.",
    ),
    "error.whatif_no_bonds": (
        "금리에 따라 움직이는 채권이 없어요.",
        "No bond here moves with interest rates.",
    ),
    "error.unknown_model": (
        "모르는 모델이에요: {about}. builtin 또는 openai:이름을 써 주세요.",
        "Unknown model: {about}. Use builtin or openai:NAME.",
    ),
    # BadInput and DataMissing of market folders
    "error.asset_id": ("자산 이름표로 쓸 수 없는 id예요: {about}.", "Not usable as the id of an asset: {about}."),
    "error.asset_repeats": ("같은 자산이 두 번 있어요: {about}.", "An asset is listed twice: {about}."),
    "error.asset_row": (
        "assets.csv의 한 줄을 읽을 수 없어요: {about}.",
        "A row of assets.csv cannot be read: {about}.",
    ),
    "error.cell_empty": ("비어 있으면 안 되는 칸이 비어 있어요: {about}.", "A cell that is needed is empty: {about}."),
    "error.csv_columns": ("필요한 열이 없어요: {about}.", "A column that is needed is missing: {about}."),
    "error.csv_row": ("줄의 칸 수가 맞지 않아요: {about}.", "A row has the wrong number of cells: {about}."),
    "error.csv_unreadable": ("파일을 읽을 수 없어요: {about}.", "The file cannot be read: {about}."),
    "error.date_repeats": ("같은 날짜가 두 번 있어요: {about}.", "A date stands there twice: {about}."),
    "error.market_weight_sum": (
        "시장 비중의 합이 전체가 아니에요: {about}.",
        "The market weights do not add up to the whole: {about}.",
    ),
    "error.number_unreadable": ("숫자를 읽을 수 없어요: {about}.", "A number cannot be read: {about}."),
    "error.pair_unreadable": ("환율 쌍을 읽을 수 없어요: {about}.", "A currency pair cannot be read: {about}."),
    "error.sold_more_than_held": ("가진 것보다 많이 판 기록이 있어요: {about}.", "More was sold than held: {about}."),
    "error.time_unreadable": ("시각을 읽을 수 없어요: {about}.", "A time cannot be read: {about}."),
    "error.unknown_action": ("모르는 권리 사건이에요: {about}.", "Unknown corporate action: {about}."),
    "error.unknown_asset": ("자산 목록에 없는 자산이에요: {about}.", "Not among the listed assets: {about}."),
    "error.unknown_side": ("매수인지 매도인지 알 수 없어요: {about}.", "Neither a buy nor a sell: {about}."),
    "error.amount_impossible": ("있을 수 없는 수량이에요: {about}.", "An impossible amount: {about}."),
    "error.rate_impossible": ("있을 수 없는 환율이에요: {about}.", "An impossible exchange rate: {about}."),
    "error.risk_free_impossible": ("있을 수 없는 무위험 금리예요: {about}.", "An impossible risk-free rate: {about}."),
    "error.no_risky_asset": ("담을 수 있는 위험자산이 없어요.", "There is no risky asset that may be held."),
    "error.riskless_mix": (
        "위험이 없는 자산만으로는 위험을 나눌 수 없어요.",
        "Risk cannot be shared out among assets without risk.",
    ),
    "error.scenarios_not_finite": (
        "가격 자료가 이상해 손실을 계산할 수 없어요.",
        "The prices are damaged, so losses cannot be computed.",
    ),
    "error.tone_weights": ("어조를 읽는 표가 손상됐어요.", "The table for reading tone is damaged."),
    # BadInput of imported files
    "error.at_line": ("{line}번째 줄이에요.", "It is line {line}."),
    "error.empty_file": ("파일이 비어 있어요.", "The file is empty."),
    "error.too_large": ("파일이 너무 커요.", "The file is too large."),
    "error.too_many_rows": ("파일의 줄이 너무 많아요.", "The file has too many rows."),
    "error.too_many_columns": ("한 줄의 칸이 너무 많아요.", "A row has too many columns."),
    "error.line_too_long": ("너무 긴 줄이 있어요.", "A line is too long."),
    "error.cell_too_long": ("너무 긴 칸이 있어요.", "A cell is too long."),
    "error.control_character": ("파일에 글자가 아닌 제어 문자가 있어요.", "The file holds control characters."),
    "error.encoding": (
        "파일의 글자 인코딩을 읽을 수 없어요. 유니코드로 저장해 주세요.",
        "The encoding of the file cannot be read; save it as Unicode.",
    ),
    "error.not_text": (
        "글자로 된 파일이 아니에요. 증권사에서 CSV로 받아 주세요.",
        "This is not a text file; download it as CSV.",
    ),
    "error.broken_quotes": ("따옴표가 닫히지 않았어요.", "A quotation mark is not closed."),
    "error.bad_xml": ("XML이 깨져 있어요.", "The XML is broken."),
    "error.xml_entities": (
        "XML에 허용하지 않는 엔티티 정의가 있어요.",
        "The XML defines entities, which is not allowed.",
    ),
    "error.html": (
        "거래 내역이 아니라 웹 페이지예요. 로그인한 뒤 다시 받아 주세요.",
        "This is a web page, not a list of trades; log in and download it again.",
    ),
    "error.unknown_format": ("아는 거래 내역 형식이 아니에요.", "This is no format of trades that is known here."),
    "error.returns_not_finite": (
        "수익률 자료가 이상해 계산할 수 없어요.",
        "The returns are damaged, so nothing can be computed.",
    ),
    "error.series_not_finite": (
        "자료가 이상해 계산할 수 없어요.",
        "The series is damaged, so nothing can be computed.",
    ),
    "error.demo_home": (
        "모의 시장에는 실제 거래를 담을 수 없어요. 실제 가격을 쓰는 새 폴더에 담아 주세요: {about}",
        "Real trades cannot live on the demo market. Put them into a home on real data: {about}",
    ),
    "error.entry_future": ("아직 오지 않은 날이에요: {about}", "That day has not come yet: {about}"),
    "error.entry_currency": (
        "이 시장에는 그 통화 현금이 없어 적을 수 없어요: {about}",
        "There is no cash in that currency here: {about}",
    ),
    "error.entry_no_cash": (
        "그만큼의 현금이 장부에 없어요: {about}",
        "The book does not hold that much cash: {about}",
    ),
    "error.bets_open": ("아직 답하지 않은 물음이 있어요.", "A question has no answer yet."),
    "error.entry_no_effect": (
        "그날은 {about:을/를} 들고 있지 않아서 바뀌는 게 없어요.",
        "You held no {about} on that day, so nothing would change.",
    ),
    "error.entry_not_held": ("{about:은/는} 들고 있지 않아요.", "You hold no {about}."),
    "error.entry_too_many": ("{about:은/는} 그만큼 들고 있지 않아요.", "You do not hold that much {about}."),
    "error.entry_no_cost": (
        "{about}의 가격을 알 수 없으니 산 값을 함께 알려 주세요.",
        "There is no price for {about}; please tell me what it cost.",
    ),
    "error.entry_account": ("그런 계좌는 없어요: {about}", "There is no such account: {about}"),
    "error.entry_incomplete": ("빠진 것이 있어 적을 수 없어요: {about}", "Something is missing: {about}"),
    "error.entry_number": (
        "여기에는 영보다 큰 수를 숫자로만 적어 주세요. 천 단위 쉼표는 괜찮아요: {about}",
        "Please write a number above zero in plain digits here; commas between thousands are fine: {about}",
    ),
    "error.entry_date": ("날짜를 읽을 수 없어요: {about}", "That is not a date: {about}"),
    "error.entry_unknown": (
        "그런 자산은 목록에도 없고 들고 있지도 않아요: {about}",
        "No asset of that name is listed here or held: {about}",
    ),
    "error.entry_unlisted": (
        "목록에서 찾을 수 없는 자산이에요: {about}. 여기 목록에 없는 자산이 맞으면 그 칸을 표시해 주세요.",
        "No asset of that name is listed here: {about}. If that is as it should be, tick the box that says so.",
    ),
    "error.form_name": ("이름은 마흔 글자까지 쓸 수 있어요.", "A name has at most forty characters."),
    "error.form_unreadable": (
        "보내신 내용을 읽지 못했어요. 바뀐 것은 없어요. 페이지를 새로 열고 다시 적어 주세요.",
        "What was sent cannot be read, and nothing was changed. Please reload the page and try again.",
    ),
    "error.account_id": (
        "계좌 이름표는 영문 소문자나 숫자, 한글로 짧게 적어 주세요: {about}",
        "An account's id is short, of small letters or digits: {about}",
    ),
    "error.no_holdings": (
        "종목과 수량이 적힌 잔고 파일이 아니에요: {about}",
        "This is no list of holdings with a symbol and a quantity: {about}",
    ),
    "error.import_unknown": (
        "먼저 파일을 다시 올려 확인해 주세요.",
        "Please open the file again and look at it first.",
    ),
    "error.import_refused": (
        "받을 수 없는 줄이 있어 아무것도 담지 않았어요: {about}번째 줄. 이 줄을 빼거나 파일을 고쳐 주세요.",
        "Nothing was imported, because these lines cannot be taken: {about}. Drop them or mend the file.",
    ),
    "error.import_no_line": ("파일에 없는 줄이에요: {about}.", "The file has no such line: {about}."),
    "error.import_unreadable": (
        "파일을 읽을 수 없어 아무것도 담지 않았어요.",
        "The file cannot be read, so nothing was imported.",
    ),
    # ModelFailed
    "model.embedding_failed": ("기억을 찾는 모델이 응답하지 않았어요.", "The embedding model gave no usable answer."),
    "model.budget": (
        "오늘 쓰기로 한 언어 모델 양을 다 썼어요.",
        "Today's budget for the language model is used up.",
    ),
    "model.other": ("언어 모델이 쓸 수 있는 답을 주지 않았어요.", "The language model gave no usable answer."),
    "model.no_key": (
        "언어 모델의 키가 없어요. OPENAI_API_KEY를 정해 주세요.",
        "There is no key for the language model; set OPENAI_API_KEY.",
    ),
    "model.unauthorised": ("언어 모델 서버가 키를 받아들이지 않았어요.", "The model's server did not accept the key."),
    "model.quota": ("언어 모델의 사용 한도를 다 썼어요.", "The quota of the language model is used up."),
    "model.rate_limited": ("언어 모델 서버가 잠시 쉬어 달라고 해요.", "The model's server asks for a pause."),
    "model.server_error": ("언어 모델 서버에 문제가 있어요.", "The model's server has a problem."),
    "model.bad_request": ("언어 모델 서버가 요청을 받아들이지 않았어요.", "The model's server refused the request."),
    "model.redirect": (
        "언어 모델 서버가 다른 곳으로 보내려 해서 따르지 않았어요.",
        "The model's server pointed elsewhere, which is not followed.",
    ),
    "model.timeout": ("언어 모델이 제시간에 답하지 않았어요.", "The language model did not answer in time."),
    "model.unreachable": ("언어 모델 서버에 닿지 않아요.", "The model's server cannot be reached."),
    "model.cut": ("언어 모델의 답이 중간에 끊겼어요.", "The answer of the language model was cut off."),
    "model.malformed": ("언어 모델의 답이 깨져 있어요.", "The answer of the language model was malformed."),
    "model.too_large": ("언어 모델의 답이 너무 커요.", "The answer of the language model was too large."),
    "model.bad_call": ("언어 모델이 도구를 잘못 불렀어요.", "The language model called a tool wrongly."),
    "model.unknown_tool": (
        "언어 모델이 없는 도구를 불렀어요.",
        "The language model called a tool that does not exist.",
    ),
    "model.limit": ("언어 모델이 너무 많은 단계를 밟았어요.", "The language model took too many steps."),
    "model.ungrounded": (
        "언어 모델의 말에 확인되지 않는 숫자가 있어 보여 드리지 않아요.",
        "The language model named figures that could not be checked, so its words are not shown.",
    ),
}


def explain_error(error: AdvisorError, names: Names, limits: Sequence[Line] = ()) -> tuple[Line, ...]:
    """An error as sentences.

    Args:
        error: Its code chooses the sentence; names it carries fill it where they are assets, and are quoted otherwise.
        names: Tells assets and targets from other names.
        limits: The limits in the way, named by `agent.words.card.named_limits`.
    """
    if isinstance(error, ModelFailed):
        code = f"model.{error.code}"
        return (Line(code if code in WORDS else "model.other"),)
    code = f"error.{error.code}"
    if limits and f"{code}_limits" in WORDS:
        return (Line(f"{code}_limits", {"limits": Phrases(tuple(limits))}),)
    told = broker_error(error.code, error.names)
    if told is not None:
        return (told,)
    if code not in _whole():
        about = [n for n in error.names if names.known(n)]
        return (Line("error.other_about", {"about": Things(tuple(about))}) if about else Line("error.other"),)
    wanted = _wanted(code)
    if not wanted:
        return (Line(code), *_place(error))
    if not error.names:
        return (Line("error.no_prices" if error.code == "no_price" else "error.other"),)
    slot: Slot = Things(error.names) if "assets" in wanted else Quoted(", ".join(error.names))
    return (Line(code, dict.fromkeys(wanted, slot)),)


def _place(error: AdvisorError) -> tuple[Line, ...]:
    """Where in a file it is, when the error names a line."""
    if isinstance(error, BadInput) and len(error.names) == 1 and error.names[0].isdecimal():
        return (Line("error.at_line", {"line": Number(float(error.names[0]), digits=0)}),)
    return ()


def _wanted(code: str) -> tuple[str, ...]:
    """Slots of a sentence that an error's names fill."""
    return tuple(name for name in ("assets", "about") if "{" + name in _whole()[code][1])


def _whole() -> Mapping[str, tuple[str, str]]:
    """Every family's sentences: an error is worded where its subject is. Imported late: that table holds this one."""
    from agent.words.table import TABLE

    return TABLE
