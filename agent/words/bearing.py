"""Which way a figure is said to go: gained, fell, 올랐, 손실. Only words that belong to this very figure count."""

import re
from typing import Final, Literal

from tools.figures import Figure

Bearing = Literal["up", "down", "size"] | None
"""up: a gain. down: a loss. size: told as a magnitude (sold 10 shares, a drawdown of 12%). None: as it stands."""

_FILL = (
    r"(?:\s*[:=]\s*|\s+(?:by|about|around|roughly|approximately|nearly|almost|some|another|a|an|of|at|was|is|were|are|you|us|only|just"
    r"|as\s+much\s+as|more\s+than|less\s+than|over|under|at\s+least|at\s+most|another|up\s+to|further|the|came\s+to|comes\s+to|amounts?\s+to"
    r"|amounted\s+to|total(?:s|led)?|exactly|slightly|well|today|on\s+average|a\s+(?:mere|modest|further|full))"
    r"(?=[\s:]|$))*\s*[~≈]?$"
)
_UP_EN = (
    r"(?:gain(?:s|ed|ing)?|r[io]s(?:e|es|en|ing)|rose|climb(?:s|ed|ing)?|advanc(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|grew|grow(?:s|n|ing)?"
    r"|jump(?:s|ed)?|surg(?:e|es|ed)|rall(?:y|ied)|add(?:s|ed|ing)?|up|higher|profit(?:s|ed)?|earn(?:s|ed|ing)?|made|mak(?:e|es|ing)"
    r"|rais(?:e|es|ed|ing)|lift(?:s|ed|ing)?|improv(?:e|es|ed)|appreciat(?:e|es|ed)|bought|buy(?:s|ing)?|boost(?:s|ed)?|ahead(?=\s+(?:by\s+)?$)|hik(?:e|es|ed|ing)|lift(?:s|ed)?)"
)
_DOWN_EN = (
    r"(?:f[ae]ll(?:s|en|ing)?|los(?:t|s|ses|e|es|ing)|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|down|lower(?:s|ed|ing)?"
    r"|sank|sink(?:s|ing)?|slid(?:e|es)?|slip(?:s|ped)?|shed(?:s)?|tumbl(?:e|es|ed)|plung(?:e|es|ed)|plummet(?:s|ed)?|retreat(?:s|ed)?|cut(?:s|ting)?"
    r"|reduc(?:e|es|ed|ing|tion)|trim(?:s|med|ming)?|shr[aiu]nk|shrinks?|dipp?(?:s|ed)?|negative|deficit"
    r"|depreciat(?:e|es|ed)|behind(?=\s+(?:by\s+)?$)|off|(?:be|been|am|is|are|was|were)\s+out|gave\s+back|giv(?:es|ing)\s+back)"
)
_SIZE_EN = (
    r"(?:sell(?:s|ing)?|sold|withdr(?:aw|awn|ew|awing)\w*|drawdowns?|paid|pay(?:s|ing)?|cost(?:s|ing)?|shortfall"
    r"|missing|short)"
)
_AFTER_EN = r"\s*(?:percent\s+)?(?:{words})\b(?!\s+to\b)"
_EN_BEFORE: Final[tuple[tuple[Bearing, re.Pattern[str]], ...]] = (
    ("size", re.compile(rf"\b{_SIZE_EN}{_FILL}", re.IGNORECASE)),
    ("down", re.compile(rf"\b{_DOWN_EN}{_FILL}", re.IGNORECASE)),
    ("up", re.compile(rf"\b{_UP_EN}{_FILL}", re.IGNORECASE)),
)
_EN_AFTER: Final[tuple[tuple[Bearing, re.Pattern[str]], ...]] = (
    (
        "size",
        re.compile(_AFTER_EN.format(words="(?:maximum )?drawdown|shortfall|below|under|short"), re.IGNORECASE),
    ),
    # from a 5% loss to a 9% gain
    ("down", re.compile(r"\s*(?:percent\s+)?(?:loss(?:es)?|decline|fall)\s+to\s+an?\b", re.IGNORECASE)),
    (
        "down",
        re.compile(
            _AFTER_EN.format(
                words="in the red|under ?water|behind"
                "|lower|down|loss(?:es)?|drop|declin\\w+|decreas\\w+|fall|cut|reduction|slide|dip|(?:was )?lost"
            ),
            re.IGNORECASE,
        ),
    ),
    (
        "up",
        re.compile(
            _AFTER_EN.format(
                words="higher|up|gains?|ris(?:e|es)|increas\\w+|profits?|growth|rally|jump|was gained|gained|upside"
            ),
            re.IGNORECASE,
        ),
    ),
)

_JOSA = (
    r"(?:\s?(?:\(포인트\)|포인트|을|를|이|가|은|는|의|만큼|정도|가량|쯤|씩|나|이나|가까이|넘게|이상|이하|내외|더|또|도|밖에|안팎|남짓|약간))*"
    r"\s?"
)
_UP_KO = (
    r"(?:오[르른를]|올[랐라려렸린]|상승|늘|증가|불[었어]|이익|이득|수익(?!률)|플러스|뛰|급등|높|벌|성장|확대"
    r"|인상|추가|매수|얻|사(?=[고서들]|겠))"
)
_DOWN_KO = (
    r"(?:내[렸려린림리]|하락|떨어|빠[져졌진지]|줄|감소|손실|손해|마이너스|급락|폭락|낮|잃|밀[렸려리릴린]|밑[졌지]|까먹|날[렸리]|덜어|축소|인하|깎"
    r"|뒷걸음|후퇴)"
)
_SIZE_KO = r"(?:팔[았아고]|팝니다|파는|매도|출금|인출|낙폭|부족|모자)"
_KO_AFTER: Final[tuple[tuple[Bearing, re.Pattern[str]], ...]] = (
    ("size", re.compile(_JOSA + _SIZE_KO)),
    ("down", re.compile(_JOSA + _DOWN_KO)),
    ("up", re.compile(_JOSA + _UP_KO)),
)
_LINK_KO = (
    r"(?:률|율|폭|액|금액|분|금)?(?:\s?(?:은|는|이|가|도|:|=|의|총|약|대략|최대|각각|무려|또|에|다시|추가로))*\s*$"
)
_KO_BEFORE: Final[tuple[tuple[Bearing, re.Pattern[str]], ...]] = (
    ("size", re.compile(r"(?:낙폭|드로다운|MDD|매도|출금|인출)" + _LINK_KO, re.IGNORECASE)),
    ("down", re.compile(r"(?:하락|손실|손해|감소|축소|인하)" + _LINK_KO)),
    ("up", re.compile(r"(?:상승|이익|이득|증가|인상|매수|입금)" + _LINK_KO)),
)
_BY_EN = re.compile(  # the verb, what it is done to, and by how much: "cut your gold position by"
    rf"\b(?:(?P<down>{_DOWN_EN})|(?P<up>{_UP_EN}))(?=((?:\s+(?!(?:from|to|and|but|while)\b)[\w'’&/-]+){{1,8}})\s+by\b)\3{_FILL}",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:tak(?:e|es|en|ing)|took|shav(?:e|ed|es|ing)|knock(?:s|ed)?|wip(?:ed|es|e)|mov(?:e|es|ed|ing)|shift(?:s|ed|ing)?)"
    rf"{_FILL}",
    re.IGNORECASE,
)
_OFF = re.compile(r"\s+(?:off|out\s+of)\b", re.IGNORECASE)
_END = re.compile(r"[.!?;\n|](?!\d)|,\s|\band\b|\bbut\b|\bwhile\b", re.IGNORECASE)
_GLOOM = re.compile(  # a loss told in other words: the sign is said, if not beside the figure
    r"\bin\s+the\s+red\b|\bunderwater\b|\bnegative\b|\bworse\b|\bworst\b|\bbehind\b|\bbled\b|\bwiped\b|\berod|\bhurt\b|\bsuffer|\bsetback"
    r"|\bcorrection\b|\bcrash|\bslump|\bsell-?off\b|\bloss|\blos[et]\b|\blosers?\b|\blaggards?\b|\bdetract|\bdrag|\bfell\b|\bdown\b|\bdeclin|\bdrop|\bweak"
    r"|\bcontract(?:ed|ion)\b|\bback\s+to\b|부진|마이너스|악화|약세|후퇴|뒤처|깎아|날렸|날리|까먹|반납|조정받|타격|급락|폭락|하락|손실|손해|적자|감소"
    r"|떨어|내려|내렸|내린|줄었|줄어|빠졌|빠진|잃",
    re.IGNORECASE,
)
_REACH: Final = 60


def bearing(reply: str, figure: Figure) -> Bearing:
    """Where the words around a figure send it; "rose to 12%" says where it stands, not by how much it moved."""
    clause = _END.split(reply[max(0, figure.start - _REACH) : figure.start])[-1]
    after = reply[figure.end : figure.end + _REACH]
    if _TAKEN.search(clause) and _OFF.match(after):
        return "down"
    moved = list(_BY_EN.finditer(clause))
    if moved:
        return "down" if moved[-1]["down"] else "up"
    for table, text in ((_EN_BEFORE, clause), (_KO_BEFORE, clause)):
        for way, pattern in table:
            if pattern.search(text):
                return way
    for table in (_KO_AFTER, _EN_AFTER):
        for way, pattern in table:
            if pattern.match(after):
                return way
    return "size" if _GLOOM.search(clause + " " + _END.split(after)[0]) else None
