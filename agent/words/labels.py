"""Numerals of a reply that claim nothing: list numbers, sections, keys to press, reasons about to follow."""

import re
from typing import Final

_ORDER: Final = (
    r"(?m:^)[ \t>|]*(?:[-*•]\s+)?\**(?:\(?[0-9]{1,2}[.)](?=\s)|[①-⑳])",  # 1. 2) ①
    r"\b[0-9]{1,2}-?(?:y|yr|year)/[0-9]{1,2}-?(?:y|yr|year)\b",  # spreads of yields
    r"[0-9]\ufe0f?\u20e3",  # keycaps
    r"\bworst\s+[0-9]+\s+[a-z]+\s+(?:in|of|out\s+of)\s+[0-9]+",  # names of measures
    r"\b(?:section|sec\.|article|appendix|exhibit|scenario|plan|path|item|reason|note|footnote|question|choice)\s+#?[0-9]+(?:\.[0-9]+)*"
    r"(?![0-9]|[.,][0-9]|\s?(?:%|percent|[km]\b|won\b|dollars?\b))",
    r"(?<![0-9.,])제?\s?[0-9]+(?:\.[0-9]+)*\s?(?:절|항|조항|안(?![에팎])|장(?![기중세])|쪽|페이지)(?=[\s,.:)은는이가을를의에과와도]|$)",
)
_PRESS: Final = (
    r"\b(?:reply|answer|type|press|enter|tap|choose|pick|say)(?:\s+(?:with|either|just))*\s+[\"'“‘]?[0-9]\b"
    r"(?:[\"'”’]?(?:\s*[,/]\s*|\s+or\s+|\s+and\s+)+[\"'“‘]?[0-9]\b)*(?!\s?(?:%|percent|shares?|units?))",
    r"(?<![0-9.,])[\"'“‘]?[0-9][\"'”’]?(?:\s?(?:또는|이나|나|,|/|과|와|혹은)\s?[\"'“‘]?[0-9][\"'”’]?)*\s?(?:번\s?)?(?:을|를|으로|로)?\s?"
    r"(?:중\s?(?:에서?\s?)?)?(?:하나를\s?)?(?:눌러|입력|골라|선택해|답해)",
)
_FOLLOW: Final = (
    r"(?<![0-9.,])[0-9]{1,2}(?=\s+(?:[a-z-]+\s+){0,2}(?:reasons?|drivers?|factors?|causes?|things|steps?|options?|ways|parts|questions?|ideas?"
    r"|scenarios?|choices?|items?|bullets?|aspects?|considerations?|caveats?|takeaways?)\b)",
)
_LABEL = re.compile("|".join((*_ORDER, *_PRESS, *_FOLLOW)), re.IGNORECASE)


def labels(reply: str) -> list[tuple[int, int]]:
    """Spans of numerals that only number, name or announce, in order."""
    return [m.span() for m in _LABEL.finditer(reply)]
