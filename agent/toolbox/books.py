"""What happened to holdings, told in the talk: taken into the book like an entry of the form, with an undo."""

import re
from decimal import Decimal

from agent.book import enter_into
from agent.toolbox.args import Enter
from agent.toolbox.common import UNDO, answer, refuse
from agent.toolbox.outcome import Hands, Outcome, ReviewWish
from agent.words.errors import explain_error
from agent.words.slots import Line, Quoted
from tools.domain.entry import Entry
from tools.errors import BadInput

REASONS = (
    ("dividend", re.compile(r"배당|분배금|\b(?:dividends?|distribution)\b", re.IGNORECASE)),
    ("interest", re.compile(r"이자(?!율)|\binterest\b(?!\s+rate)", re.IGNORECASE)),
    ("fee", re.compile(r"수수료|보수(?!적)|\b(?:fees?|commission|custody\s+charge)\b", re.IGNORECASE)),
)
"""What money that came or went was, where the words say."""

_WAY = {"dividend": "deposit", "interest": "deposit", "fee": "withdraw"}
_GONE = re.compile(
    r"냈|나갔|빠졌|떼|부과|받았|들어왔|나왔|됐|되었|\b(?:paid|charged|got|received|was|deducted)\b", re.IGNORECASE
)


def enter(hands: Hands, args: Enter) -> Outcome:
    """Note that units came in, were split or are held, as the investor reports it. Never for orders to buy or sell.

    Args:
        kind: transfer_in (so many more are held than the book knows), correction (so many are held in all),
            transfer_out (so many left), or split.
        target: The asset.
        units: How many, for all but a split.
        amount: What they cost in all, if said.
        currency: Of the amount.
        new: Units after a split ...
        old: ... for so many before.
    """
    universe = hands.desk.market.universe()
    members = universe.members(args.target)
    asset = args.target if args.target in universe else members[0] if len(members) == 1 else None
    if asset is None:
        line = Line("ask.unknown_target_none", {"word": Quoted(args.target)})
        return refuse("enter", args, "unknown_target", line)
    entry = Entry(
        kind=args.kind,
        asset=asset,
        units=_exact(args.units),
        amount=_exact(args.amount),
        currency=args.currency,
        ratio=_exact(args.new),
        per=_exact(args.old),
    )
    try:
        lines = enter_into(hands.work, entry)
    except BadInput as error:
        return refuse("enter", args, error.code, *explain_error(error, hands.desk.names))
    return answer("enter", args, *lines, choices=(UNDO,), review=ReviewWish())


def reported(said: str, kind: str) -> str | None:
    """What money that came (deposit) or went (withdraw) was, when the words report a dividend, interest or a fee."""
    if not _GONE.search(said):
        return None
    return next((name for name, cue in REASONS if _WAY[name] == kind and cue.search(said)), None)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.9f}").normalize() + Decimal(0)
