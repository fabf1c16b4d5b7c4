"""Slots of what money is for, comes to and is thought of: goals, cash flows, opinions."""
# ruff: noqa: E501 - a pattern is not cut in two

import re
from typing import Any

from agent.builtin import choose
from agent.builtin.parts import Scene, cash, near, number, share
from tools.figures import Figure

Slots = dict[str, Any]
SURE_OF = re.compile(r"^\s?(?:sure|certain|confiden|conviction|확신|확률|자신|positive)", re.I)
_DOUBLE = re.compile(r"\bdoubl\w+|두\s?배|더블|따블|2배", re.I)
_MONTHLY_KO = re.compile(
    r"(?:매달|매월|월(?:\s?(?:납입|적립|불입)\S{0,3})?|다달이|달마다|한\s?달에|달에)\s?(?:에\s?)?(?:한\s?)?$"
)
_MONTHLY_AFTER = re.compile(
    (
        r"^\s?(?:만\s?원?)?\s?(?:씩|/\s?mo|/\s?month|(?:usd |won |krw |dollars? )?(?:a|per|each|every) month|monthly|pcm"
        r"|p\.?m\.?\b|(?:a|per) mo\b|on a monthly)"
    ),
    re.I,
)
_VERSUS_KO = re.compile(
    r"^(?:들)?\s?(?:이기|이길|이긴|누르|누를|앞서|앞설|앞지|제치|제칠|능가|압도|보다|대비|에\s?비해|에\s?비하|을\s?상대로|를\s?상대로|한테|을\s?이기|를\s?이기"
    r"|을\s?앞|를\s?앞|을\s?제치|를\s?제치"
    r"|을\s?이길|를\s?이길|를\s?누|을\s?누)"
)
_AHEAD_OF = re.compile(
    r"^(?:을|를)\s(?:[연약\d%p.]+\s?\S{0,4}\s){0,2}(?:아웃\s?퍼폼|초과\s?(?:수익|성과)|웃돌|상회|앞지를|추월)"
)
"""Who is beaten is named with an object's particle, however far the verb."""
_TOPIC = re.compile(r"^[은는]\s")
"""Korean marks what a sentence is about."""
_FIFTY = re.compile(r"반반|반신반의|fifty[- ]fifty|50[-/ ]50", re.I)
_PAID_IN = re.compile(r"적립(?:액|금)?[은을]|월 ?적립|월 ?납입|월 ?불입|납입액|\bcontributions?\b|\binstal\w+", re.I)
_AGES = re.compile(
    r"(?:\b(?:i'?m|i am|aged?|at|by|turns?|till|until)\s*|@\s*)(\d\d?)\b(?!\s?(?:%|k|years?|months?|per))|(\d\d)\s?(?:살|세)",
    re.I,
)
_TENS = {"스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80}
_ONES = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7}
_ONES |= {"여덟": 8, "아홉": 9}
_NATIVE = re.compile(rf"(?P<tens>{'|'.join(_TENS)})\s?(?P<ones>{'|'.join(_ONES)})?(?!\s?(?:개월|달|번|배|주|프로|퍼))")
"""Korean counts age in native numerals, and money or percent never."""
_A_MONTH = re.compile(
    r"매달|매월|다달이|달마다|한\s?달에|월 ?(?:얼마|적립|납입|\d)|\b(?:each|every|a|per) month\b|\bmonthly\b", re.I
)
_EACH_MONTH = re.compile(r"(?:a|per|each|every|one) month|한\s?달", re.I)
"""How often, not how long."""
_MINUS = re.compile(
    r"마이너스\s?\d+\s?(?:년|개월|달)|\bminus \w+ (?:years?|months?)|(?<!\w)-\s?\d+\s?(?:years?|months?|년|개월)", re.I
)
_QUARTER = re.compile(r"이번\s?분기|this quarter|다음\s?분기|next quarter", re.I)
_HALFYEAR = re.compile(r"반년|half[- ]?(?:a )?year|six months", re.I)


def set_goal(scene: Scene) -> list[Slots]:
    """What for, by when, how much, and what is paid in (or out) a month."""
    kind = choose.goal(scene)
    found: Slots = {"goal": kind}
    months = next((f.value for f in scene.figures if f.kind == "duration" and not _EACH_MONTH.fullmatch(f.text)), None)
    if months:
        found["horizon_years"] = number(round(number(months) / 12, 4))
    if _MINUS.search(scene.text):
        return []
    old = ages(scene)
    if not months and len(old) == 2:
        found["horizon_years"] = old[1] - old[0]
    years = next((f for f in scene.figures if _in_years(scene, f)), None)
    if years and "horizon_years" not in found:
        found["horizon_years"] = number(years.value)
    amounts = scene.money()
    for figure in [f for f in amounts if not _had(scene, f)] or amounts:
        small = figure.value < 10 if scene.reading.lang == "ko" else figure.value < 1000
        if figure is years or (figure.kind == "number" and small and not _monthly(scene, figure)):
            continue
        if figure.kind == "number" and figure.value in old:
            continue
        money = cash(figure, scene)
        paid = _monthly(scene, figure) or (kind == "income" and "monthly" not in found) or _asked_monthly(scene)
        found.setdefault("monthly" if paid else "amount", money["amount"])
        if "currency" in money:
            found.setdefault("currency", money["currency"])
    return [found]


_HAVE_AHEAD = re.compile(
    r"(?:\b(?:have|having|got|saved(?: up)?|start(?:ing)?(?: out)? with|put (?:aside|by|away)|sitting on|starting from|currently at)(?: about| around| roughly| only)?"
    r"|지금(?:은)?|현재|이미|수중에|통장에|모아\s?둔(?: 돈)?(?:은|이)?|모은(?: 돈)?(?:은|이)?|가진(?: 돈| 게| 거)?(?:은|이|가)?|종잣돈|시드(?:는|가)?)\s?(?:돈\s|약\s|한\s)?[$₩]?$",
    re.I,
)
_HAVE_AFTER = re.compile(
    r"^\s?(?:원|정도|쯤|가량)?\s?(?:정도|쯤|가량)?\s?(?:이|가|은|는|을|를)?\s?(?:(?:조금|좀|살짝) 넘|있(?:는데|고|어|으|음|지|습)|모았|모아\s?(?:놨|뒀|둔)|모여|들고|가지고|갖고|(?:usd |won |krw |dollars? )?(?:saved|put (?:by|aside|away)|so far|already|right now|in (?:savings|the bank|cash)|to start))",
    re.I,
)


def _had(scene: Scene, figure: Figure) -> bool:
    """True for what is there already: "지금 3천 있는데 6억", "I have 30k and want 600k"."""
    head, tail = scene.text[max(0, figure.start - 24) : figure.start], scene.text[figure.end : figure.end + 20]
    return _HAVE_AHEAD.search(head) is not None or _HAVE_AFTER.match(tail) is not None


def _in_years(scene: Scene, figure: Figure) -> bool:
    """ "a car in 2": years where nothing else is said."""
    head = scene.text[max(0, figure.start - 3) : figure.start].lower()
    return figure.kind == "number" and 0 < figure.value <= 40 and head.endswith("in ")


def ages(scene: Scene) -> list[int]:
    """Ages in years: "at 60", "쉰둘이고 예순둘에"."""
    ages = {int(next(g for g in a if g)) for a in _AGES.findall(scene.text)}
    return sorted(ages | {n for word, n in _native(scene.text)})


def _native(text: str) -> list[tuple[str, int]]:
    return [(m[0], _TENS[m["tens"]] + _ONES.get(m["ones"] or "", 0)) for m in _NATIVE.finditer(text)]


def _asked_monthly(scene: Scene) -> bool:
    """True for an answer to how much is paid in a month, and for the only amount of a stretch that speaks of months."""
    reply = scene.before.reply
    asked = scene.before.asked and reply is not None and _A_MONTH.search(reply.text.rsplit("\n")[-1]) is not None
    amounts = [f for f in scene.figures if f.kind in ("money", "number")]
    return len(amounts) == 1 and (asked or _A_MONTH.search(scene.text, amounts[0].end, amounts[0].end + 40) is not None)


def _monthly(scene: Scene, figure: Figure) -> bool:
    head, tail = scene.text[max(0, figure.start - 12) : figure.start], scene.text[figure.end : figure.end + 24]
    alone = sum(f.kind in ("money", "number") for f in scene.figures) == 1
    return (
        (alone and _PAID_IN.search(scene.text) is not None)
        or _MONTHLY_KO.search(head) is not None
        or _MONTHLY_AFTER.match(tail) is not None
    )


def set_view(scene: Scene) -> list[Slots]:
    """Who, against whom, which way, by how much, how sure, how long."""
    target, versus = _sides(scene)
    if target is None:
        return []
    found: Slots = {"target": target, "direction": scene.ask("view")}
    if versus:
        found["versus"] = versus
    sizes = [f for f in scene.shares() if not SURE_OF.match(scene.text[f.end : f.end + 14]) and f.value not in (1.0,)]
    sizes = [] if _FIFTY.search(scene.text) and all(f.kind == "fraction" for f in sizes) else sizes
    if sizes:
        found["magnitude"] = share(sizes[0])
    elif _DOUBLE.search(scene.text):
        found["magnitude"] = 1
    sure = choose.confidence(scene)
    if sure != "none":
        found["confidence"] = sure
    months = scene.months() or (3 if _QUARTER.search(scene.text) else 6 if _HALFYEAR.search(scene.text) else None)
    if months:
        found["horizon_months"] = months
    return [found]


def _sides(scene: Scene) -> tuple[str | None, str | None]:
    targets = list({m.id: m for m in reversed(scene.reading.targets)}.values())[::-1]
    if len(targets) < 2:
        alone = targets[0].id if targets else None
        held = next((t for t in scene.before.targets if t != alone), None)
        if alone and held and _VERSUS_KO.match(scene.text[targets[0].end :]):
            return held, alone
        return alone or held, None
    ahead = [m for m in targets if _AHEAD_OF.match(scene.text[m.end : m.end + 24])]
    if len(ahead) == 1 and len(targets) == 2:
        return next(m for m in targets if m is not ahead[0]).id, ahead[0].id
    for mention in targets:
        if _VERSUS_KO.match(scene.text[mention.end : mention.end + 10]):
            other = next(m for m in targets if m is not mention)
            return other.id, mention.id
    if scene.has("versus"):
        return targets[0].id, targets[1].id
    topics = [m for m in targets if _TOPIC.match(scene.text[m.end : m.end + 2])]
    if len(topics) == 1:
        return topics[0].id, None
    close = near(scene, (scene.ask("view"),))
    return (close or targets[0]).id, None


def cash_flow(scene: Scene) -> list[Slots]:
    """Needed at a date, kept back, or paid in."""
    found: Slots = {"kind": choose.flow(scene)}
    shares = scene.shares()
    money = [f for f in scene.money() if f.kind == "money" or not shares]
    if money:
        found |= cash(money[0], scene)
    elif shares:
        found["fraction"] = share(shares[0])
    months = scene.months()
    if months and found["kind"] != "reserve":
        found["in_months"] = months
    return [found] if len(found) > 1 else []
