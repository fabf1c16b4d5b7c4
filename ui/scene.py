"""What is happening, drawn: how calm the market is, one's own falls beside earlier ones, alerts, releases to come."""

from collections.abc import Sequence

import numpy as np

from agent.market_view import FallOdds, FallView, GaugeView, MarketView, ReleaseView
from tools import figures
from ui.labels import label
from ui.lines import Series, lines
from ui.printer import Printer, escape

FALL_DAYS = 260
"""Market days from the peak that are drawn."""

OTHERS = 5
"""Earlier falls drawn beside one's own."""


def page(found: MarketView, p: Printer) -> str:
    """The market from the investor's side."""
    return _mood(found, p) + _falls(found, p) + _releases(found, p) + _alerts(found, p)


def _section(title: str, body: str, p: Printer) -> str:
    return f'<section class="hf-page"><h2>{p.t(title)}</h2>{body}</section>'


def _mood(found: MarketView, p: Printer) -> str:
    """Each gauge: where it stands between a usual day and the point at which it rings."""
    if not found.gauges:
        return _section("market_now", f'<p class="quiet">{p.t("market_short")}</p>', p)
    wild = found.wild.values[-1] if found.wild.values else None
    first = (
        f"<p>{escape(label('market_wild', p.lang, chance=p.percent(wild, digits=0)))}</p>" if wild is not None else ""
    )
    stale = (
        f'<p class="hf-notice">{escape(label("market_stale", p.lang, assets=", ".join(map(p.name, found.stale))))}</p>'
        if found.stale
        else ""
    )
    return _section("market_now", first + stale + "".join(_gauge(g, p) for g in found.gauges), p)


def _gauge(gauge: GaugeView, p: Printer) -> str:
    far = max(gauge.edge, gauge.now, gauge.calm) * 1.15 or 1.0
    width, usual, edge = (100.0 * min(max(x / far, 0.0), 1.0) for x in (gauge.now, gauge.calm, gauge.edge))
    state = label("gauge_rings" if gauge.rings else "gauge_calm", p.lang)
    ends = label("gauge_ends", p.lang, calm=_reading(gauge, gauge.calm, p), edge=_reading(gauge, gauge.edge, p))
    return (
        f'<div class="hf-gauge{" rings" if gauge.rings else ""}">'
        f'<div class="hf-row"><b>{p.t(f"gauge_{gauge.name}")}</b>'
        f'<span>{escape(state)} <span class="num">{escape(_reading(gauge, gauge.now, p))}</span></span></div>'
        f'<div class="hf-meter" aria-hidden="true"><i class="fill" style="width:{width:.1f}%"></i>'
        f'<i class="usual" style="left:{usual:.1f}%"></i><i class="edge" style="left:{edge:.1f}%"></i></div>'
        f'<p class="quiet">{escape(ends)}</p></div>'
    )


def _reading(gauge: GaugeView, value: float, p: Printer) -> str:
    if gauge.name == "volatility":
        return label("times", p.lang, n=figures.number(value, p.lang, digits=1))
    if gauge.name == "turbulence":
        return label("days_of_ten", p.lang, n=figures.number(value, p.lang, digits=0))
    return p.percent(value) if gauge.name == "drawdown" else figures.number(value, p.lang)


def _falls(found: MarketView, p: Printer) -> str:
    """One's own fall from its peak beside earlier ones of the same holdings, day by day."""
    if not found.falls:
        return ""
    own = [f for f in found.falls if f.own]
    earlier = [f for f in found.falls if not f.own][:OTHERS]
    drawn = [_fall_line(f, p) for f in (*own, *earlier)]
    ticks = [label("fall_day", p.lang, n=n) for n in (0, FALL_DAYS // 2, FALL_DAYS)]
    chart = lines(ticks, drawn, p, name=label("falls", p.lang), show=p.percent, zero=True) if own else ""
    rows = "".join(_fall_row(f, p) for f in found.falls)
    body = f'{_odds(found.odds, p)}{chart}<ul class="hf-list">{rows}</ul>'
    return _section("falls" if own else "falls_past", body, p)


def _fall_line(fall: FallView, p: Printer) -> Series:
    path = np.full(FALL_DAYS, np.nan)
    known = -np.array(fall.path[:FALL_DAYS])
    path[: len(known)] = known
    name = label("fall_own", p.lang) if fall.own else f"{fall.began.year}"
    return Series(name, path, "fall" if fall.own else "ref")


def _fall_row(fall: FallView, p: Printer) -> str:
    began = figures.day(fall.began, p.lang)
    end = label("fall_back", p.lang, days=fall.recovered) if fall.recovered else label("fall_open", p.lang)
    mine = f" <b>{p.t('fall_own')}</b>" if fall.own else ""
    return f"<li>{escape(began)}{mine} · −{p.percent(fall.deepest)} · {escape(end)}</li>"


def _odds(odds: FallOdds | None, p: Printer) -> str:
    if odds is None:
        return f'<p class="quiet">{p.t("fall_none")}</p>'
    text = label(
        "fall_odds", p.lang, depth=p.percent(odds.depth), days=odds.days, chance=p.percent(odds.chance, digits=0),
        low=p.percent(odds.low, digits=0), high=p.percent(odds.high, digits=0), horizon=odds.horizon,
    )  # fmt: skip
    if odds.count:
        text += " " + label(
            "fall_like", p.lang, count=odds.count, recovered=odds.recovered, deeper=p.percent(odds.deeper)
        )
    return f"<p>{escape(text)}</p>"


def _releases(found: MarketView, p: Printer) -> str:
    if not found.releases:
        return _section("releases", f'<p class="quiet">{p.t("releases_none")}</p>', p)
    return _section("releases", f'<ul class="hf-list">{"".join(_release(r, p) for r in found.releases)}</ul>', p)


def _release(release: ReleaseView, p: Printer) -> str:
    if not release.count:
        after = label("release_unknown", p.lang)
    elif release.low == release.high:  # cash alone does not move
        after = label("release_still", p.lang)
    else:
        after = label(
            "release_after", p.lang, count=release.count, days=release.days, mean=p.percent(release.mean),
            low=p.percent(release.low), high=p.percent(release.high), up=p.percent(release.up, digits=0),
        )  # fmt: skip
        if release.like is not None:
            after += " " + label("release_like", p.lang, like=p.percent(release.like))
    head = f"<b>{escape(release.name)}</b> · {escape(p.time(release.at))}"
    return f'<li>{head}<br><span class="quiet">{escape(after)}</span></li>'


def _alerts(found: MarketView, p: Printer) -> str:
    if not found.alerts:
        return _section("alerts", f'<p class="quiet">{p.t("alerts_none")}</p>', p)
    rows = "".join(
        f'<li><span class="quiet">{escape(p.time(a.at))}</span><br>{escape(a.text)}</li>' for a in found.alerts
    )
    return _section("alerts", f'<ul class="hf-list">{rows}</ul>', p)


def sources(lines_: Sequence[str], p: Printer) -> str:
    """Where prices come from and how each source does, in words."""
    rows = "".join(f"<li>{escape(text)}</li>" for text in lines_)
    return _section("price_sources", f'<ul class="hf-list">{rows}</ul>', p)
