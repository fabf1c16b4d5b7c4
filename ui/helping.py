"""Help inside the page: what can be said, what a proposal is, what the figures mean, and how to begin for real."""

from typing import Final

from tools.domain.value import Lang
from ui.labels import label
from ui.printer import escape

SAYINGS: Final = ("limit", "leave", "goal", "view", "risk", "why", "if", "cash", "auto", "undo")
"""Kinds of things to say, each with an example that is put into the message box."""

WORDS: Final = ("expected", "volatility", "bad_year", "cost", "replaced", "binding", "points")
"""Figures of the card and the rooms, in plain words."""


def panel(lang: Lang, *, simulated: bool) -> str:
    """Everything behind the word "help", as one folded panel."""
    body = _sayings(lang) + _steps(lang) + (_real(lang) if simulated else "") + _words(lang) + _keys(lang)
    return (
        f'<details class="hf-help" id="hf-help"><summary>{_t("help_open", lang)}</summary>'
        f'<div class="hf-help-panel">{body}</div></details>'
    )


def _t(code: str, lang: Lang) -> str:
    return escape(label(code, lang))


def _sayings(lang: Lang) -> str:
    rows = "".join(
        f"<li><span>{_t(f'help_{kind}', lang)}</span> "
        f'<button type="button" class="hf-small" data-draft="{_t(f"help_{kind}_like", lang)}">'
        f"{_t(f'help_{kind}_like', lang)}</button></li>"
        for kind in SAYINGS
    )
    return f'<h2>{_t("help_say", lang)}</h2><ul class="hf-sayings">{rows}</ul>'


def _steps(lang: Lang) -> str:
    return f"<h2>{_t('help_card', lang)}</h2><p>{_t('help_card_more', lang)}</p>"


def _real(lang: Lang) -> str:
    """What is simulated, and one step to each real thing."""
    rows = "".join(
        f"<li><b>{_t(f'begin_{what}', lang)}</b> {_t(f'begin_{what}_more', lang)}</li>"
        for what in ("prices", "model", "trades")
    )
    intro = f"{_t('simulated_long', lang)} {_t('practice_long', lang)}"
    return f'<h2>{_t("real_title", lang)}</h2><p>{intro}</p><ul class="hf-real">{rows}</ul>'


def _words(lang: Lang) -> str:
    rows = "".join(f"<dt>{_t(code, lang)}</dt><dd>{_t(f'{code}_means', lang)}</dd>" for code in WORDS)
    return f'<h2>{_t("help_words", lang)}</h2><dl class="hf-privacy">{rows}</dl>'


def _keys(lang: Lang) -> str:
    return f"<h2>{_t('help_keys', lang)}</h2><p>{_t('help_keys_more', lang)}</p>"
