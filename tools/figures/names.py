"""What only looks like a figure: names, ranks, times of day and schedules that carry digits.

A name found here hides the digits inside it. The list is meant to be read and extended, one kind of name a line.
"""

import re

_AMOUNT = (  # what makes "나스닥 100만원어치" or "nasdaq 100%" an amount after all
    r"(?![0-9]|[.,][0-9]|\s?(?:%|프로|퍼|[만억천백원]|주(?!식)|달러|불(?![가-힣])|개월|년"
    r"|(?:percent|pct|per\s?cent|dollars?|bucks|won|krw|usd|shares?|million|thousand|k|m|years?|months?)\b))"
)
_YEARS = r"(?:[0-9]{1,2}|one|two|three|five|seven|ten|twenty|thirty)"

_INDEXES = (
    r"(?:s\s?(?:&|and|앤)\s?p|snp|spx|\bsp|에스\s?앤\s?피|에센피|에스엔피)[\s-]?(?:500|오백|400|600)",
    r"(?:nasdaq|나스닥|qqq|ndx)[\s-]?(?:100|백(?!만))",
    r"(?:kospi|코스피|kodex|코덱스|tiger|타이거|kbstar|hanaro|kosef|(?-i:ACE|RISE|PLUS|SOL))[\s-]?(?:200|100|50)",
    r"(?:kosdaq|코스닥|krx)[\s-]?(?:150|300|100)",
    r"(?:dow(?:\s?jones)?|다우(?:\s?존스)?)[\s-]?(?:30|65)",
    r"(?:russell|러셀)[\s-]?(?:[123]000)",
    r"(?:nikkei|닛케이|니케이)[\s-]?(?:225|400)",
    r"(?:ftse|csi|asx|dax|cac|hang\s?seng|항셍|nifty|니프티|sensex|ibex|aex|omx|smi)[\s-]?(?:[2-9]0|100|200|225|250|300|500)",
    r"(?:stoxx|스톡스)[\s-]?(?:50|600)",
    r"(?:fortune|포춘|wilshire)[\s-]?(?:100|500|1000|5000)",
    r"(?:magnificent|매그니피센트|big|빅|fab)[\s-]?(?:[2-9]|seven|세븐)",
)
_PRODUCTS = (
    r"\b401\s?\(?k\)?",
    r"\b(?:529|403\s?\(?b\)?|457)(?=\s+(?:plan|account))",
    r"\b(?:10-[kq]|8-k|13f)\b",
    r"\b3m\b(?=\s+(?:stock|shares?|co\b|company|inc)|$)",
    r"\b7-(?:eleven|11)\b",
    r"[0-9](?:\.[0-9])?\s?x\b",
    r"[1-9](?:\.[0-9])?\s?배\s?(?=레버|인버|짜리|추종|etf|상품|곱)",
    r"(?:two|three|double|triple)\s+times\s+leverag\w+",
    r"(?<![a-z])(?:iphone|아이폰|galaxy|갤럭시|web|웹|model|모델|gpt|claude|gemini|windows|ps|fsd|boeing|보잉)"
    r"[\s-]?[0-9]+(?:\.[0-9]+)?",
    r"(?<![0-9.,])0[0-9]{5}(?![0-9])",  # KRX tickers
    r"(?<![0-9.,])[0-9]{6}\.k[sq]\b",
    r"(?<![0-9.,])(?![0-9]{3}000)[0-9]{5}[05](?![0-9]|[.,][0-9]|\s?(?:[만원%주]|달러|won|krw|usd|dollars?|bucks))",
)
_BONDS = (
    r"[0-9]{1,2}\s?년\s?(?:만기|물|국채|국고|회사채|은행채|특수채|채권?(?![가-힣])|금리|모기지|상환)(?:\s?국채|\s?국고채)?",
    r"(?:국고채|국채|미국채|미\s?국채|회사채|통안채)\s?[0-9]{1,2}\s?년(?!\s?(?:뒤|후|간|동안|안|정도|보유|이상|넘|내|만\s))",
    rf"\b{_YEARS}[\s-]?(?:y|yr|year)[\s-]+(?:us\s+|u\.s\.\s+|government\s+|korean?\s+)*"
    r"(?:treasur\w+|bonds?|notes?|yields?|t-?(?:bill|note|bond)s?|gilts?|bunds?|jgbs?|ktbs?|mortgages?|tips|corporates?|rates?|paper|maturit\w+)",
    rf"\b(?:treasur(?:y|ies)|ktbs?|gilts?|bunds?|jgbs?)\s+{_YEARS}[\s-]?(?:y|yr|years?)\b",
    r"\b(?:2s|3s|5s)(?:5s|10s|30s)\b",
)
_MIXES = (
    r"(?<![0-9/])(?:100/0|90/10|10/90|80/20|20/80|75/25|25/75|70/30|30/70|65/35|60/40|40/60|55/45|50/50|24/7|9/11)(?![0-9/])",
    r"(?<![0-9])(?:[1-9]0|[1-9])\s?(?::|대)\s?(?:[1-9]0|[1-9])(?:\s?(?::|대)\s?[1-9]0?)?(?![0-9]|\s?(?:%|프로|퍼))",
    r"\b(?:60-40|80-20|70-30|50-50|sixty[\s/-]forty|fifty[\s/-]fifty)\b",
    r"(?:육십\s?대\s?사십|육대\s?사|칠대\s?삼|팔대\s?이|오대\s?오)",
    r"(?<![0-9a-z])1\s?/\s?n\b",
    r"\bn\s?분의\s?(?:1|일)",
)
_RANKS = (
    r"(?<![0-9.,])[0-9]+\s?(?:등(?!락|으로)|순위|번째|단계|명(?![가-힣])|종목|가지|군데|학년|주년|년차|세대|분위"
    r"|개\s?(?:종목|자산|국|사|업종|계좌|통화|섹터))",
    r"(?<![0-9.,])[0-9]+(?:위(?!안|원|로|에|험)|번(?!가)|차(?!익|트|량|이|단)|호(?!가|재)|회(?!복|사)|인(?=당|용|\s?가[구족])|층|부(?!터|탁|채|동|담|분)"
    r"|건(?!강|설|물)|곳|주택|주기|년생|년제|점(?!유|진)|급(?!락|등)|편|탄|막|명)",
    r"(?<![0-9.,])[0-9]+(?:st|nd|rd|th)\b(?!\s+of\s+[jfmasond][a-z]{2})",
    rf"\b(?:tier|level|option|version|step|part|phase|type|rule|case|line|page|chapter|figure|table|no\.|number|round|gen|top|상위|하위)\s?#?[0-9]+{_AMOUNT}",
    r"#[0-9]+",
    r"\b(?:covid|코로나)[\s-]?19",
    r"\b(?:g|brics)[\s-]?(?:7|20|2)\b",
    r"[0-9](?:g|d)\b(?=\s|$|[가-힣])",
    r"백만장자|억만장자|천만에|천만다행|만만|이만저만|오퍼\s|이프로그램",
)
_TIMES = (
    r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])",
    r"\b[0-9]{1,2}(?:\.[0-9]{2})?\s?(?:am|pm|a\.m|p\.m)\b",
    r"(?<![0-9.,])[0-9]+\s?(?:시간|시(?!장|세|가|총|점|황|중|작|뮬|도)|분(?!의|기|할|산)|초(?!과|반|기))(?:\s?[0-9]+\s?분|\s?반)?",
    r"(?:[한두세네]|다섯|여섯|일곱|여덟|아홉|열|열한|열두)\s?시(?:간|\s?반)",
    r"\b[0-9]+\s?-?(?:hours?|hrs?|minutes?|mins?|secs?|seconds?)\b",
    r"(?<!in\s)(?<!within\s)(?<!for\s)(?<!over\s)(?<!after\s)(?<!last\s)(?<!past\s)\bone\s+day\b(?!\s+(?:later|after|from))",
    r"52\s?주\s?(?:신)?(?:고가|저가|최고|최저|신고|신저)\w*",
    r"\b(?:52|fifty-two)[\s-]weeks?[\s-](?:high|low)s?",
    r"(?<![0-9])[0-9]+\s?일\s?(?:선|이평|이동\s?평균|평균선)\w*",
    r"\b[0-9]+[\s-]?(?:day|d|week|month)[\s-](?:moving|average|ma|sma|ema|vwap|lookback|window)\b",
    r"(?<![0-9])[1-4]\s?분기(?!\s?(?:동안|마다|연속|간|뒤|후))",
    r"\b[1-4][qh](?:\s?'?[0-9]{2,4})?\b",
)
_SCHEDULES = (  # a pace, not a length: "한 달에 50만원씩", "twice a year"
    r"(?<![가-힣0-9])(?:한\s?달|1\s?달|일\s?년|1\s?년|한\s?해|한\s?주|일주일|1주일|하루)에(?=\s?(?:[한두세네]\s?번|[0-9]\s?[번회]|[0-9]+\s?[천백십]?만|[천백십]+만|[0-9,]+\s?(?:원|씩)|\$))",
    r"\b(?:once|twice|times|time)\s+(?:a|an|every|per|each)\s+(?:decade|year|quarter|month|week|day)",
    r"(?<![가-힣])(?:매|격)(?:년|달|주|일)",
)

_INDEX = rf"(?:{'|'.join(_INDEXES)}){_AMOUNT}"
_NAME = re.compile("|".join((_INDEX, *_PRODUCTS, *_BONDS, *_MIXES, *_RANKS, *_TIMES, *_SCHEDULES)), re.IGNORECASE)


def names(folded: str) -> list[tuple[int, int]]:
    """Spans of `folded` that are names or schedules, left to right."""
    return [match.span() for match in _NAME.finditer(folded)]
