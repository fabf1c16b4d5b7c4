"""What stands behind a numeral and says what it counts: %, bp, 원, 달러, 개월, shares."""

import re
from typing import Final

from tools.figures.days import MONTH_DAYS

_PERCENT = (
    r"(?:%|퍼\s?센트|퍼샌트|퍼센(?!트|티|테)|프로(?!그|젝|필|세|모|슈|토|듀|야)|퍼(?!포|스|블|플|뜨|지|져|붓|트|센|샌))"
)

UNIT: Final = re.compile(
    r"(?:여(?=\s?(?:년|개|원|%|달|주)))?(?:"  # "10여 년"
    rf"\s?(?P<points>{_PERCENT}\s?(?:포인트|points?\b|pts?\b|p(?![a-z]))|포인트|(?:-?percentage[\s-]+(?:points?|pts?)|pp(?:ts?|s)?|points?|pts?)(?![a-z]))"
    r"|[\s-]?(?P<basis>(?:bps?|basis[\s-]points?)(?![a-z])|베이시스\s?포인트|비피|베이시스)"
    r"|\s?(?P<tenths>할(?!머|당|부|증|수|게|까|지|것|거|래|일|때|\s?수|인(?!데))(?:\s?(?P<pun>[0-9]|[일이삼사오육칠팔구])\s?푼)?)"
    rf"|\s?(?P<percent>{_PERCENT}|-?(?:percents?|per\s?cents?|pct|prct|perc|pc)(?![a-z]))"
    r"|\s?(?P<krw>원(?!유|금|자재|래\s|칙|인\s|리금|가절)|(?:won|krw)(?![a-z']))"
    r"|\s?(?P<usd>달러|달라(?=$|\s|로|를|어치|만)|딸러|불(?=$|[^가-힣]|을|로|이\s|어치|정도|만|까지|씩|은|의|쯤|짜|에)"
    r"|(?:us\s)?(?:dollars?|usd|bucks?|quid(?!.))(?![a-z])|\$)"
    r"|\s?(?P<foreign>유로|위안|엔(?!비|씨|터|진|드|지)|파운드|(?:euros?|eur|yen|jpy|yuan|rmb|cny|pounds?|gbp|quid|francs?|chf|cents?)(?![a-z])|€|£|¥)"
    r"|(?P<years>\s?년(?!물|만기|생|제)|\s?해(?=\s|$|뒤|후|동안|만|간)|[\s-]?(?:years?(?![\s-]+old)|yrs?)(?![a-z])|y(?![a-z]))"
    r"|(?P<months>\s?개월|\s?달(?!러|라|성|력|걀|리)|[\s-]?(?:months?|mos?|mths?)(?![a-z]))"
    r"|(?P<quarters>\s?개?\s?분기(?=\s?(?:동안|간|뒤|후|연속))|[\s-]?quarters(?![a-z]))"
    r"|(?P<weeks>\s?주일|\s?주(?=\s?(?:뒤|후(?!보)|간(?!격)|동안|마다|이내|안에|내로|내에|전(?!부|량|체)|정도\s?(?:뒤|후))|째|차)|[\s-]?(?:weeks?|wks?)(?![a-z])|w(?![a-z]))"
    r"|(?P<days>\s?일(?!단|부|반|정|본|괄|찍|시|어|요|주|자|\s?선|에(?!서)|까지|부터|날|을)|[\s-]?days?(?![a-z])|d(?![a-z]))"
    r"|(?P<decades>[\s-]?decades?(?![a-z]))"
    r"|(?P<units>\s?주(?!년|택|식|요|말|기|제|도|변|당|력)|\s?개(?!월|선|발|인|국|사|업|종|년|시|편|봉|미|구|별|자|통)|\s(?:shares?|coins?|tokens?|units?)(?![a-z]))"
    r"|(?P<count>\s?(?:명|건|배(?!당|우|송|터|분)|살|세(?=$|\s|에|까지|인|이|로)|대(?=\s|$)|여\s?개)|[\s-]years?[\s-]+old|\stimes(?![a-z]))"
    r")",
    re.IGNORECASE,
)
"""One unit, the group that matched names it; match it at the end of a numeral, white space included."""

MONTHS_OF: Final = {
    "decades": 120.0,
    "years": 12.0,
    "quarters": 3.0,
    "months": 1.0,
    "weeks": 7 / MONTH_DAYS,
    "days": 1 / MONTH_DAYS,
}
"""Units of time, in months of average length."""
