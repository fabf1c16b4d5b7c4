"""News of what is held, drawn: headlines as text, their tone, the weight they carried, how good the signal has been."""

from datetime import timedelta

from agent.headlines import Headline, HoldingNews, NewsPanel
from agent.words.news import health_line
from tools import figures
from ui.labels import label
from ui.printer import Printer, escape

MOST_HOLDINGS = 8
"""Holdings shown open; the rest is folded away."""


def section(found: NewsPanel, p: Printer) -> str:
    """The whole section. Headlines are never links and never markup: nothing from outside is opened from here."""
    note = label("news_note", p.lang, cap=p.percent(found.cap, digits=0))
    simulated = f'<p class="quiet">{p.t("news_simulated")}</p>' if found.simulated else ""
    if not found.holdings:
        body = f'<p class="quiet">{p.t("news_none")}</p>'
    else:
        body = "".join(_holding(h, p, opened=n == 0) for n, h in enumerate(found.holdings[:MOST_HOLDINGS]))
        rest = found.holdings[MOST_HOLDINGS:]
        if rest:
            more = escape(label("others", p.lang, count=len(rest)))
            inside = "".join(_holding(h, p, opened=False) for h in rest)
            body += f'<details class="hf-more"><summary>{more}</summary>{inside}</details>'
    return (
        f'<section class="hf-page"><h2>{p.t("news")}</h2>{simulated}<p class="quiet">{escape(note)}</p>{body}'
        f"{_skill(found, p)}{_health(found, p)}</section>"
    )


def _holding(news: HoldingNews, p: Printer, *, opened: bool) -> str:
    tones = ", ".join(f"{label(f'tone_{k}', p.lang)} {n}" for k, n in news.stories.items() if n)
    counts = f"{label('news_count', p.lang, count=sum(news.stories.values()))} ({tones})"
    moved = label("news_moved", p.lang, moved=p.points(news.moved)) if abs(news.moved) >= 0.0005 else ""
    rows = "".join(_headline(h, p) for h in news.headlines)
    return (
        f'<details class="hf-news"{" open" if opened else ""}><summary><b>{escape(p.name(news.asset))}</b> '
        f'<span class="tone {_tone(news.tone)}">{p.t(f"tone_{_tone(news.tone)}")}</span> '
        f'<span class="quiet">{escape(" · ".join(x for x in (counts, moved) if x))}</span></summary>'
        f'<ul class="hf-list">{rows}</ul></details>'
    )


def _headline(line: Headline, p: Printer) -> str:
    weight = label("news_weight", p.lang, weight=p.percent(line.weight, digits=0)) if line.weight else ""
    facts = " · ".join(x for x in (p.quote(line.source), _age(line.age, p), weight) if x)
    return (
        f'<li lang="{line.lang}"><span class="tone {escape(line.label)}">{p.t(f"tone_{line.label}")}</span> '
        f'<bdi>{escape(p.quote(line.title))}</bdi><br><span class="quiet">{escape(facts)}</span></li>'
    )


def _tone(value: float) -> str:
    return "positive" if value > 0.2 else "negative" if value < -0.2 else "neutral"


def _age(age: timedelta, p: Printer) -> str:
    hours = max(int(age.total_seconds() // 3600), 0)
    return label("hours_ago", p.lang, n=hours) if hours < 48 else label("days_ago", p.lang, n=hours // 24)


def _skill(found: NewsPanel, p: Printer) -> str:
    """How good the signal was out of sample, and what that earns it."""
    board = found.scoreboard
    if board.record is None:
        return f'<h3>{p.t("news_skill_title")}</h3><p class="quiet">{p.t("news_skill_short")}</p>'
    r = board.record
    good = "good" if r.low > 0 else "bad" if r.high < 0 else "none"
    plain = p.t(f"news_skill_{good}", days=r.days)
    exact = p.t(
        "news_skill", used=figures.number(board.ic, p.lang, digits=3), ic=figures.number(r.ic, p.lang, digits=3),
        low=figures.number(r.low, p.lang, digits=3), high=figures.number(r.high, p.lang, digits=3),
    )  # fmt: skip
    return (
        f"<h3>{p.t('news_skill_title')}</h3><p>{plain}</p>"
        f'<details class="hf-more"><summary>{p.t("exactly")}</summary><p class="quiet">{exact}</p></details>'
    )


def _health(found: NewsPanel, p: Printer) -> str:
    if not found.health:
        return ""
    rows = "".join(f"<li>{escape(p.line(health_line(h)))}</li>" for h in found.health)
    return f'<details class="hf-more"><summary>{p.t("sources")}</summary><ul class="hf-list">{rows}</ul></details>'
