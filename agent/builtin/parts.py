"""What slot filling works with: one stretch of speech, its features, the heads, and small questions about them."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agent.builtin.classify import Head
from agent.builtin.context import Before
from agent.builtin.cues import CUES, has, where
from agent.builtin.reading import Reading, joined
from tools.figures import Figure
from tools.names import Mention

SHARES = ("percent", "fraction", "points")
VALUES = (
    "target_vol",
    "max_drawdown",
    "weight",
    "value",
    "delta_weight",
    "amount",
    "magnitude",
    "fraction",
    "horizon_years",
    "in_months",
    "monthly",
    "horizon_months",
)
"""Slots that hold a number, in the order in which a bare one is meant for them."""

_PASSED_OVER = re.compile(
    r"^\s?(?:은|는|이|가)?\s?(?:말고|대신"
    r"|(?:빼고|제외하고)\s?(?:는\s)?(?:다|전부|나머지|모두|싹|다른)|가 아니라|이 아니라|아니고|외에)"
)
_PASSED_EN = re.compile(
    r"(?:\bnot|\binstead of|\brather than|\bexcept(?: for)?|\bother than|\bapart from|\bfrom)\s+(?:the\s+|my\s+)?$",
    re.I,
)
_UNSAID = re.compile(
    r"^\s?(?:이|가|은|는|를|을)?\s?(?:말고|아니고|아니라|대신)|^\s?[!,]?\s?(?:no|sorry),?\s(?=[\d$a-z])", re.I
)
"""After a figure: it is not the one that counts ("10 말고 15", "ten, no, fifteen")."""
_UNSAID_EN = re.compile(r"(?:\bnot|\binstead of|\brather than)\s+(?:the\s+)?[$₩]?$", re.I)
_REPAIR = re.compile(
    r"[^\d]{0,12}?[,.!~…\s]*\s?(?:아니\S{0,2}|아냐|아 아니|말고|정정|잠깐|미안\S{0,2}|sorry|no|wait|oops|(?:or )?rather|scratch that|make that|i mean(?:t)?|actually|correction)[,!.\s]+(?:\S{1,8}\s){0,2}?[$₩]?"
    r"|\s?(?:%|프로|퍼|원)?(?:은|는|이|가|이면|면)?\s?(?:좀\s?)?(?:너무\s?)?(?:세|과하|과해|많|적|높|낮|짜|크|작|빡)\S{0,4}[,.\s~]+"
    r"|(?:'s| is| was| percent is)? (?:way |a bit |a little |bit )?too \w+,?(?: so| call it| let'?s say| say| make it)? "
    r"|\s?(?:이|가)?\s?아니(?:고|라)\s?",
    re.I,
)
"""What stands between a number taken back and the one that counts: "seven years, sorry, eight", "10은 세다 4로"."""
_ARRIVES = re.compile(r"^\S{0,6}\s?에서\s|^.{0,20}\bto\s+[$₩]?[\da-z]", re.I)
_FROM_KO = re.compile(r"^\s?(?:%|프로|퍼센트|원)?\s?에서(?=\s?\S)")
_FROM_EN = re.compile(r"\bfrom\s+(?:the\s+)?(?:current\s+)?[$₩]?$", re.I)
_SUCH = re.compile(r"(?:그|이|저|같은|그런|이런|such|those|these|that|this|like)\s(?:[\w가-힣]{1,4}\s)?$", re.I)
_CLASSES = frozenset(("stocks", "bonds", "cash", "tech", "financials"))
_REGIONS = frozenset(["us_stocks", "kr_stocks", "china", "japan", "europe", "india", "vietnam", "emerging_markets"])


@dataclass(frozen=True, slots=True)
class Scene:
    """One stretch of speech with one intent, on the stage of the talk before it.

    whole: the utterance it is cut from. doubts: how sure each head was that was asked.
    """

    reading: Reading
    places: Sequence[int]
    heads: Mapping[str, Head]
    before: Before
    whole: str = ""
    doubts: list[float] = field(default_factory=list, compare=False)

    @property
    def text(self) -> str:
        """The words of the stretch."""
        return self.reading.text

    def ask(self, head: str, among: Collection[str] = ()) -> str:
        """The likeliest answer of a head, of those named where any are."""
        asked = self.heads[head]
        named = zip(asked.answers, asked(self.places), strict=True)
        chances = [(float(p), a) for a, p in named if not among or a in among]
        best = max(chances, default=(0.0, ""))
        self.doubts.append(best[0] / max(sum(p for p, _ in chances), 1e-9))
        return best[1]

    def has(self, cue: str) -> bool:
        """True when the cue occurs."""
        return has(cue, self.text)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures of the stretch without those set aside ("10 말고 15", "8, not 9", "15에서 8로 줄여")."""
        found = self.reading.figures
        kept_ = tuple(f for f in found if not self._unsaid(f))
        return kept_ or found

    def _unsaid(self, figure: Figure) -> bool:
        others = [f for f in self.reading.figures if f is not figure and f.kind != "date"]
        if not others:
            return False
        head, tail = self.text[max(0, figure.start - 20) : figure.start], self.text[figure.end : figure.end + 12]
        if _UNSAID.match(tail) or _UNSAID_EN.search(head):
            return True
        if _FROM_KO.match(tail) or _FROM_EN.search(head):
            moved = self.has("less") or self.has("more") or self.has("correction")
            return moved or _ARRIVES.search(self.text[figure.end :]) is not None
        later = next((f for f in others if f.start >= figure.end and f.kind in (figure.kind, "number", "money")), None)
        return later is not None and _REPAIR.fullmatch(self.text[figure.end : later.start]) is not None

    def shares(self, bare: bool = False) -> list[Figure]:
        """Percents, points and fractions; also bare numbers when nothing else is there."""
        found = [f for f in self.figures if f.kind in SHARES]
        if not found and bare:
            found = [f for f in self.figures if f.kind == "number" and f.value > 0]
        return found

    def money(self) -> list[Figure]:
        """Amounts of money, then bare numbers."""
        found = [f for f in self.figures if f.kind == "money"]
        return found or [f for f in self.figures if f.kind == "number" and f.value > 0]

    def money_said(self) -> bool:
        """Whether an amount with its currency or unit was said."""
        return any(f.kind == "money" for f in self.figures)

    def months(self) -> float | None:
        """The first length of time, in months."""
        spans = [f for f in self.figures if f.kind == "duration" and f.value > 0]
        return number(spans[0].value) if spans else None


def number(value: float) -> float:
    """A float without the dust of its computation; whole ones as int."""
    tidy = round(value, 6)
    return int(tidy) if tidy == int(tidy) and abs(tidy) < 1e15 else tidy


def share(figure: Figure) -> float:
    """A figure as a fraction; a bare 15 means 15 %, a bare 0.15 too."""
    whole = figure.kind == "number" and not (figure.value < 1 and "." in figure.text)
    return number(abs(figure.value / 100 if whole else figure.value))


def cash(figure: Figure, scene: Scene, target: str | None = None) -> dict[str, object]:
    """Amount, and currency where one was said. Koreans leave out 만 and 원 ("4천"): a small bare number counts those."""
    value, currency = figure.value, figure.currency
    if figure.kind == "number" and scene.reading.lang == "ko" and target is None:
        value, currency = (value * 10_000 if value < 100_000 else value), "KRW"
    found: dict[str, object] = {"amount": number(abs(value))}
    if currency:
        found["currency"] = currency
    return found


def listed(scene: Scene, anchor: Mention | None = None) -> list[str]:
    """Ids of the targets that form one list with the anchor ("A, B and C"); of all that are no aside without one."""
    targets = kept(scene)
    if not targets:
        return []
    pick = anchor if anchor in targets else targets[0]
    at = targets.index(pick)
    first = last = at
    while (
        first > 0 and joined(scene.text, targets[first - 1], targets[first]) and not _barred(scene, targets[first - 1])
    ):
        first -= 1
    while last + 1 < len(targets) and joined(scene.text, targets[last], targets[last + 1]):
        last += 1
    return list(dict.fromkeys(m.id for m in targets[first : last + 1]))


def _barred(scene: Scene, mention: Mention) -> bool:
    """True for a name behind a no of its own: "no gambling, bonds at least 30%" is no list."""
    return re.search(r"\b(?:no|without|never|zero)\s+$", scene.text[: mention.start], re.I) is not None


def kept(scene: Scene) -> list[Mention]:
    """Targets of the stretch without those set aside ("A 말고 B", "instead of A")."""
    targets = list(scene.reading.targets)
    rest = [
        m
        for i, m in enumerate(targets)
        if not _generic(scene.text, targets, i)
        and not _PASSED_OVER.match(scene.text[m.end : m.end + 12])
        and not _PASSED_EN.search(scene.text[max(0, m.start - 20) : m.start])
    ]
    return rest or targets


def _generic(text: str, targets: Sequence[Mention], i: int) -> bool:
    """True for a class or region that only describes its neighbour: "정크본드 같은 채권", "Korean shipbuilders"."""
    mention = targets[i]
    if mention.id == "rates" and len(targets) > 1:
        return True
    if mention.id in _CLASSES and i and _SUCH.search(text[max(0, mention.start - 9) : mention.start]):
        return True
    if mention.id not in _REGIONS or i + 1 == len(targets):
        return False
    after = targets[i + 1]
    return after.id not in _REGIONS | _CLASSES and text[mention.end : after.start] in (" ", "")


def near(scene: Scene, cues: Sequence[str] = ()) -> Mention | None:
    """The target that a cue is about: before it in Korean, after it in English, the closest one."""
    targets = kept(scene)
    if len(targets) < 2:
        return targets[0] if targets else None
    places = [p for cue in cues if cue in CUES for p in where(cue, scene.text)]
    if not places:
        return targets[-1] if scene.reading.lang == "ko" else targets[0]

    def apart(mention: Mention) -> float:
        gaps = []
        for place in places:
            ahead = place - mention.end if place >= mention.end else mention.start - place
            wrong = (place < mention.start) == (scene.reading.lang == "ko")
            gaps.append(ahead + (12 if wrong else 0))
        return min(gaps)

    return min(targets, key=apart)


def subject(scene: Scene, cues: Sequence[str] = ()) -> str | None:
    """The one thing the stretch is about; without a name, what the talk was about."""
    mention = near(scene, cues)
    if mention:
        return mention.id
    return scene.before.targets[0] if scene.before.targets else None


def subjects(scene: Scene, cues: Sequence[str] = ()) -> list[str]:
    """All things an order is about; without a name, what the talk was about."""
    found = listed(scene, near(scene, cues))
    return found or list(scene.before.targets[:1])
