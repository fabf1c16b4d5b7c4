"""Every label of the page and the terminal, Korean beside English. What is said in talk lives in `agent/words`.

frame: header, tabs, conversation, card    held: portfolio, reasons, the month    person: what is known, goals, privacy
market: market, news, strategies           book: accounts, entries, the record    terminal: commands and their options
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ui.labels import book, frame, held, market, person, terminal

if TYPE_CHECKING:  # `hanfolio --help` should not wait for pydantic
    from tools.domain.value import Lang

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    **frame.LABELS,
    **held.LABELS,
    **person.LABELS,
    **market.LABELS,
    **book.LABELS,
    **terminal.LABELS,
}
"""Label code -> (Korean, English). Both carry the same slots."""


def label(code: str, lang: "Lang", /, **slots: object) -> str:
    """The label in a language, its slots filled by what is already printed. Raises KeyError on an unknown code."""
    return LABELS[code][lang == "en"].format(**slots) if slots else LABELS[code][lang == "en"]
