"""Automatic trading on the page: what was granted, until when, the button that ends it, and an offer that waits."""

from collections.abc import Sequence

from agent.words.grants import allowed_lines, grant_name
from tools.domain.grant import Offer
from ui.labels import label
from ui.printer import Printer, escape


def section(grants: Sequence[Offer], offer: Offer | None, p: Printer) -> str:
    """What may happen without being asked.

    Args:
        grants: In force, oldest first.
        offer: One that was read back and waits for a yes.
        p: Prints.
    """
    off = _button("revoke", "", label("grant_off", p.lang), "hf-do") if grants else ""
    state = "".join(_row(g, p) for g in reversed(grants))
    body = f'<ul class="hf-list">{state}</ul>' if grants else f'<p class="quiet">{p.t("grants_none")}</p>'
    example = label("grant_example", p.lang)
    how = (
        f'<p class="quiet">{p.t("grants_how")} <button type="button" class="hf-small" data-draft="{escape(example)}">'
        f"“{escape(example)}”</button></p>"
    )
    return (
        f'<section class="hf-page" id="hf-grants"><div class="hf-row"><h2>{p.t("grants_title")}</h2>{off}</div>'
        f"{_waiting(offer, p) if offer else ''}{body}{how if not grants else ''}</section>"
    )


def _row(offer: Offer, p: Printer) -> str:
    said = f"“{escape(p.quote(offer.said))}” · " if offer.said else ""
    daily = label("grant_daily", p.lang, most=p.percent(offer.grant.turnover, digits=0))
    return (
        f'<li><p>{escape(p.line(grant_name(offer.grant)))}<br><span class="quiet">{said}{escape(daily)}</span></p></li>'
    )


def _waiting(offer: Offer, p: Printer) -> str:
    """An offer with everything it would allow, and the two answers."""
    lines = " ".join(p.line(x) for x in allowed_lines(offer.grant))
    yes = _button("grant", offer.fingerprint, label("grant_yes", p.lang), "hf-do")
    no = _button("revoke", "", label("grant_no", p.lang))
    return f'<div class="hf-notice"><p>{escape(lines)}</p><p class="hf-choices">{yes}{no}</p></div>'


def _button(act: str, value: str, text: str, more: str = "") -> str:
    return (
        f'<button type="button" class="hf-small {more}" data-act="{act}" data-value="{escape(value)}">'
        f"{escape(text)}</button>"
    )
