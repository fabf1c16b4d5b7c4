"""How much losses hurt: three questions nobody has to answer, and what an answer changes."""

from collections.abc import Mapping, Sequence

from agent.words.naming import wish_name
from tools.domain.investor import SetRisk
from tools.domain.value import Money
from ui.fields import SILENT, Told, notice, submit
from ui.labels import label
from ui.printer import Printer, escape


def section(asked: Sequence[tuple[Money, Money]], answer: SetRisk | None, p: Printer, told: Told = SILENT) -> str:
    """Three bets, folded until somebody wants to answer them.

    Args:
        asked: What may be lost and won in each.
        answer: The answer in force, None while there is none.
        p: Prints.
        told: What the last form came to.
    """
    refused = told.bad and told.at == "bets"
    now = told.typed if refused else {}
    rows = "".join(_bet(n, loss, gain, now, p) for n, (loss, gain) in enumerate(asked))
    said = ""
    if answer:
        known = p.line(wish_name(answer, asked[0][0].currency))
        said = f'<p class="quiet">{escape(label("bets_now", p.lang, answer=known))}</p>'
    summary = p.t("bets_again" if answer else "bets_open")
    return (
        f'<section class="hf-page" id="hf-bets"><h2>{p.t("bets_title")}</h2>{notice("bets", told, p)}'
        f'<p>{p.t("bets_why")} <span class="quiet">{p.t("bets_changes")}</span></p>{said}'
        f'<details class="hf-more"{" open" if refused else ""}><summary>{summary}</summary>'
        f'<form class="hf-bets" novalidate>{rows}{submit("bets", "bets_answer", p)}</form></details></section>'
    )


def _bet(number: int, loss: Money, gain: Money, now: Mapping[str, str], p: Printer) -> str:
    name = f"bet{number}"
    choices = "".join(
        f'<label class="hf-chip"><input type="radio" name="{name}" value="{value}"'
        f"{' checked' if now.get(name) == value else ''}><span>{p.t(f'bet_{value}')}</span></label>"
        for value in ("yes", "no")
    )
    asked = escape(label("bet", p.lang, gain=p.money(gain), loss=p.money(loss)))
    return f'<fieldset><legend>{asked}</legend><div class="hf-choices">{choices}</div></fieldset>'
