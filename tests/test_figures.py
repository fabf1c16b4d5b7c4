"""Figures in Korean and English: found in what people write, and read back from what we print."""

import unicodedata
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.figures import (
    Figure,
    Lang,
    day,
    find_figures,
    josa,
    money,
    money_short,
    months,
    number,
    percent,
    points,
    units,
)

LANGS: tuple[Lang, ...] = ("ko", "en")
TODAY = date(2026, 9, 1)


def only(text: str, **context: Any) -> Figure:
    found = find_figures(text, **context)
    assert len(found) == 1, found
    return found[0]


def lines(table: str) -> list[tuple[str, float]]:
    """Rows "text = value" of a table."""
    rows = [line.rsplit(" = ", 1) for line in table.strip().splitlines()]
    return [(text.strip(), float(value)) for text, value in rows]


PERCENTS = """
    10% = 0.1
    10 % = 0.1
    10프로 = 0.1
    10퍼 = 0.1
    10퍼센트 = 0.1
    열 퍼센트 = 0.1
    십프로 = 0.1
    이십오 퍼센트 = 0.25
    삼십 퍼센트 = 0.3
    백프로 = 1
    영 퍼센트 = 0
    일점오 프로 = 0.015
    영점오 퍼센트 = 0.005
    1할 = 0.1
    3할 5푼 = 0.35
    ten percent = 0.1
    twenty-five pct = 0.25
    twenty five percent = 0.25
    twelve and a half percent = 0.125
    seven point five percent = 0.075
    a hundred percent = 1
    half a percent = 0.005
    1/2 percent = 0.005
    a quarter percent = 0.0025
    a tenth of a percent = 0.001
    10 per cent = 0.1
    0.5% = 0.005
    .5% = 0.005
    -3% = -0.03
    −3% = -0.03
    마이너스 20% = -0.2
    minus 20 percent = -0.2
    +3% = 0.03
    25bp = 0.0025
    50 bps = 0.005
    100 basis points = 0.01
    １０％ = 0.1
"""
POINTS = """
    15 points = 0.15
    5%p = 0.05
    5%포인트 = 0.05
    2.5프로포인트 = 0.025
    5 percentage points = 0.05
    five points = 0.05
    +2.5 points = 0.025
    −3%p = -0.03
    5pp = 0.05
"""
FRACTIONS = """
    절반 = 0.5
    반반 = 0.5
    4분의1 = 0.25
    4분의 3 = 0.75
    오분의 일 = 0.2
    1/4 = 0.25
    half = 0.5
    a quarter = 0.25
    three quarters = 0.75
    a fifth = 0.2
    two-fifths = 0.4
    a tenth = 0.1
    one in five = 0.2
    three out of ten = 0.3
    ½ = 0.5
"""
WON = """
    5천만원 = 5e7
    5천만 원 = 5e7
    5000만원 = 5e7
    3억 = 3e8
    3억 2천 = 3.2e8
    3억 2000 = 3.2e8
    3억 2,000원 = 300002000
    3억2천만원 = 3.2e8
    1억5천 = 1.5e8
    2.5억 = 2.5e8
    천만원 = 1e7
    백만원 = 1e6
    2백만원 = 2e6
    이천만원 = 2e7
    천오백만 원 = 1.5e7
    오만 원 = 5e4
    삼억 = 3e8
    일억 이천만 원 = 1.2e8
    만원 = 1e4
    1만5천원 = 15000
    7만 5천원 = 75000
    1,234,500원 = 1234500
    1,388.2원 = 1388.2
    50만 = 5e5
    12억 5천만원 = 1.25e9
    1조 2천억 = 1.2e12
    ₩5,000,000 = 5e6
    ￦5,000 = 5000
    KRW 5m = 5e6
    KRW50,000,000 = 5e7
    5 million won = 5e6
    2m won = 2e6
    50 mil won = 5e7
    300 million KRW = 3e8
    five hundred thousand won = 5e5
    two and a half million won = 2.5e6
"""
DOLLARS = """
    $20k = 20000
    $1.2k = 1200
    $3.4M = 3.4e6
    $1.5 million = 1.5e6
    $1,234.50 = 1234.5
    -$50 = -50
    20 grand = 20000
    twenty thousand dollars = 20000
    half a million dollars = 5e5
    a quarter of a million dollars = 2.5e5
    fifteen hundred dollars = 1500
    a couple hundred dollars = 200
    500 bucks = 500
    2만 달러 = 20000
    만 달러 = 10000
    1.5만달러 = 15000
    3만불 = 30000
    USD 5,000 = 5000
    5k usd = 5000
"""
DURATIONS = """
    3년 = 36
    일 년 = 12
    십 년 = 120
    18개월 = 18
    육개월 = 6
    여섯 달 = 6
    열두 달 = 12
    반년 = 6
    1년 반 = 18
    두 달 반 = 2.5
    2년 6개월 = 30
    1년하고 3개월 = 15
    10년 = 120
    10여 년 = 120
    두세 달 = 2.5
    두 해 = 24
    다음 달 = 1
    다다음 달 = 2
    내년 = 12
    내후년 = 24
    four months = 4
    18-month = 18
    a year and a half = 18
    one and a half years = 18
    2½ years = 30
    two years and three months = 27
    1 year, 6 months = 18
    half a year = 6
    next month = 1
    next year = 12
    a decade = 120
    a couple of years = 24
    3yrs = 36
    6mo = 6
"""


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (kind, text, value)
        for kind, table in (("percent", PERCENTS), ("points", POINTS), ("fraction", FRACTIONS), ("duration", DURATIONS))
        for text, value in lines(table)
    ],
)
def test_shares_and_lengths_are_read_in_every_spelling(kind: str, text: str, value: float) -> None:
    figure = only(text)
    assert (figure.text, figure.kind, figure.value) == (text, kind, pytest.approx(value))


@pytest.mark.parametrize(
    ("currency", "text", "value"),
    [(c, text, value) for c, table in (("KRW", WON), ("USD", DOLLARS)) for text, value in lines(table)],
)
def test_money_is_read_exactly_and_with_its_currency(currency: str, text: str, value: float) -> None:
    figure = only(text)
    assert (figure.text, figure.kind, figure.currency) == (text, "money", currency)
    assert figure.amount == Decimal(str(value)) and figure.value == value


def test_an_exact_amount_is_plain_decimal_text() -> None:
    assert str(only("3억 2천만원").amount) == "320000000"
    assert only("0.1원").amount == Decimal("0.1")


@pytest.mark.parametrize("text", ["€500", "500 euros", "10,000엔", "300 위안"])
def test_money_of_a_third_currency_is_never_taken_for_won_or_dollars(text: str) -> None:
    figure = only(text)
    assert figure.kind == "money" and figure.currency is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10k", 10000),
        ("2,500", 2500),
        ("15로 해줘", 15),
        ("이십으로 해줘", 20),
        ("back to ten", 10),
        ("(1,500)", -1500),
        ("500/month", 500),
        ("a hundred thousand", 100000),
        ("0.5 BTC", 0.5),
        ("코스피 2,500포인트", 2500),
        ("65세에 은퇴", 65),
    ],
)
def test_a_numeral_without_a_known_unit_is_a_number(text: str, value: float) -> None:
    figure = only(text)
    assert figure.kind == "number" and figure.value == value and figure.amount == Decimal(str(value))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("카카오 10주 담아", "units", 10),
        ("열 주 팔아", "units", 10),
        ("스무 주", "units", 20),
        ("코인 0.5개", "units", 0.5),
        ("buy ten shares", "units", 10),
        ("3주 뒤", "duration", 21 * 12 / 365.2425),
        ("2주 동안", "duration", 14 * 12 / 365.2425),
    ],
)
def test_a_week_and_a_share_are_told_apart_by_what_follows(text: str, kind: str, value: float) -> None:
    figure = only(text)
    assert (figure.kind, figure.value) == (kind, pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2008년부터", [2008]),
        ("08년에", [2008]),
        ("since 2008", [2008]),
        ("in 2030", [2030]),
        ("2000년간", []),
        ("from 2008 to 2012", [2008, 2012]),
        ("2020~2024년", [2020, 2024]),
        ("2008 금융위기", [2008]),
        ("2000 dollars", []),
    ],
)
def test_a_year_is_no_number_and_no_length(text: str, years: list[int]) -> None:
    assert [f.value for f in find_figures(text) if f.kind == "year"] == years


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02",
        "2026.03.02",
        "2026년 3월 2일",
        "March 2, 2026",
        "2 March 2026",
        "2nd of March, 2026",
        "Mar 2nd 2026",
    ],
)
def test_a_day_is_read_in_every_spelling(text: str) -> None:
    figure = only(text)
    assert (figure.text, figure.kind, figure.on) == (text, "date", date(2026, 3, 2))
    assert figure.value == date(2026, 3, 2).toordinal()


def test_a_day_without_year_is_the_coming_one_and_open_without_today() -> None:
    assert only("3월 2일", today=TODAY).on == date(2027, 3, 2)
    assert only("3월 2일", today=date(2026, 3, 2)).on == date(2026, 3, 2)
    assert only("by December 24", today=TODAY).on == date(2026, 12, 24)
    assert only("3월 2일").on is None and only("3월 2일").value == 0


def test_a_month_is_its_first_day_where_today_is_known() -> None:
    assert only("내년 3월에 이사", today=TODAY).on == date(2027, 3, 1)
    assert only("by March 2027").on == date(2027, 3, 1)
    assert only("12월까지", today=TODAY).on == date(2026, 12, 1)
    assert find_figures("12월까지") == ()


def test_the_end_of_the_year_needs_today() -> None:
    assert find_figures("올해 안에 500만원")[0].kind == "money"
    for text in ("올해 안에", "연말까지", "by the end of the year"):
        assert only(text, today=TODAY).value == pytest.approx(121 * 12 / 365.2425)


def test_a_slashed_day_is_read_in_korean_alone() -> None:
    assert only("3/15까지", today=TODAY).on == date(2027, 3, 15)
    assert only("3/15까지", lang="en", today=TODAY).kind == "fraction"


def test_no_day_that_does_not_exist_is_read() -> None:
    assert find_figures("2026-02-30") == find_figures("2026년 13월 1일") == find_figures("31 June 2026") == ()


NAMES = """
S&P 500 · S&P500 · sp500 · 에스앤피 500 · 코스피200 · KOSPI 200 · KODEX 200 · 코스닥150 · 나스닥100
나스닥 100 지수 · nasdaq 100 · the Nasdaq-100 · 러셀2000 · Dow 30 · 닛케이225 · 60/40 · 80/20 · 6대4
7:3 · 1/N · 401k · 401(k) · 10-year treasury · ten-year note · 2-year yield · 10년물 · 3년물 국채
국고채 3년 · 3년 만기 · Q3 · 2분기 실적 · A100 · M7 · G20 · 5G · MSCI · 005930 · 373220 · 3x
TQQQ 3x · 2배 레버리지 · 2차전지 · 4차 산업혁명 · 1등 · 1순위 · 3위 · 1st · top 10 · option 2
F-150 · Model 3 · 3M stock · covid-19 · 9:30 · 9시 30분 · 24/7 · 52주 신고가 · 200일선
52-week high · 200-day moving average · 매달 15일에 · 한 달에 한 번 · 일주일에 두 번
once a quarter · twice a year · 3개 종목 · 5번째
"""
WORDS = """
반도체 · 반대로 · 반영된 · 전반적으로 · 후반 · 한반도 · 일반 · 두 시 반 · 천천히 · 백화점 · 천연가스
만약 · 하지만 · 이만 줄일게 · 오만하게 · 천만에요 · 백만장자 · 억울해 · 사조산업 · 사원 · 병원
공원 · 이 프로그램 · 오퍼 받았어 · 구할 수 있어 · 일할 때 · 이 주식 · 이 종목 · 네 주식 · 한국
한화 · 이번 주 · 배당주 · 조선주 · 칠성사이다 · 수천만원 · 몇백만원 · 몇 년 · 하나만 · second half
the third fund · a third time · half-hearted · bitcoin halving · this one · pick one · one day
one more time · a few years · hundreds · thousands of people · won the game · someone · attend
the two of them
"""


@pytest.mark.parametrize("text", [name.strip() for name in NAMES.strip().replace("\n", "·").split("·")])
def test_names_ranks_and_schedules_are_no_figures(text: str) -> None:
    assert find_figures(text) == ()
    assert [f.text for f in find_figures(f"{text}, 7%")] == ["7%"]


@pytest.mark.parametrize("text", [word.strip() for word in WORDS.strip().replace("\n", "·").split("·")])
def test_words_that_hold_numerals_are_no_figures(text: str) -> None:
    assert find_figures(text) == ()


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("나스닥 100만원어치", "100만원"),
        ("nasdaq 100%", "100%"),
        ("KODEX 200 10주", "10주"),
        ("반 팔아", "반"),
        ("테슬라 반만", "반"),
        ("반으로 줄여", "반"),
        ("8% a year", "8%"),
        ("$500 a month", "$500"),
        ("한 달에 50만원씩", "50만원"),
        ("in a year", "a year"),
        ("비중 10 조정해줘", "10"),
        ("10 만들어", "10"),
        ("5천이상", "5천"),
        ("10만원이상", "10만원"),
        ("채권20프로까지", "20프로"),
        ("it is (2.5%).", "2.5%"),
        ("bonds-10%", "10%"),
        ("$10.5k/yr", "$10.5k"),
        ("lose more than a quarter", "a quarter"),
    ],
)
def test_the_figure_beside_a_tricky_neighbour_is_kept(text: str, inside: str) -> None:
    assert only(text).text == inside


def test_both_ends_of_a_range_have_the_unit_of_the_one_that_says_it() -> None:
    def read(text: str) -> list[tuple[str, str, float]]:
        return [(f.text, f.kind, round(f.value, 9)) for f in find_figures(text)]

    assert read("5~10%") == [("5", "percent", 0.05), ("10%", "percent", 0.1)]
    assert read("10%에서 15로") == [("10%", "percent", 0.1), ("15", "percent", 0.15)]
    assert read("between 5 and 10 percent") == [("5", "percent", 0.05), ("10 percent", "percent", 0.1)]
    assert read("three to five years") == [("three", "duration", 36), ("five years", "duration", 60)]
    assert read("3~4억") == [("3", "money", 3e8), ("4억", "money", 4e8)]
    assert read("5천~6천만원") == [("5천", "money", 5e7), ("6천만원", "money", 6e7)]
    assert read("$20-30k") == [("$20", "money", 20000), ("30k", "money", 30000)]
    assert read("5 to 10k") == [("5", "number", 5000), ("10k", "number", 10000)]
    assert read("주식 60, 채권 40%") == [("60", "number", 60), ("40%", "percent", 0.4)]


@pytest.mark.parametrize(
    ("bound", "texts"),
    [
        (
            "below",
            ["10% 이하", "10%를 넘지 않게", "10% 안 넘게", "최대 10%", "10% 미만으로", "10%까지만", "at most 10%"],
        ),
        ("below", ["under 10%", "no more than 10%", "should never be more than 10%", "10% max", "up to 10%", "<= 10%"]),
        (
            "above",
            ["10% 이상", "10%를 초과하면", "10% 넘으면", "최소 10%", "at least 10%", "more than about 10%", "10%+"],
        ),
        ("above", ["no less than 10%", "must not fall below 10%", "above 10%", "10% or more", "min 10%"]),
        (None, ["10%", "down 10%", "10% 더", "10% minimum variance"]),
    ],
)
def test_a_bound_glued_to_the_figure_is_told(bound: str | None, texts: list[str]) -> None:
    assert {text: only(text).bound for text in texts} == dict.fromkeys(texts, bound)


def test_a_decimal_comma_is_not_guessed_at() -> None:
    assert find_figures("2,5%") == ()


def test_over_five_years_is_a_length_without_a_bound() -> None:
    assert only("over five years").bound is None


@pytest.mark.parametrize("text", ["약 10%", "10프로쯤", "10% 정도", "한 10%", "about 10%", "~10%", "10 percent or so"])
def test_approximate_figures_say_so(text: str) -> None:
    assert only(text).approx


def test_exact_figures_do_not_say_approximate() -> None:
    assert not any(f.approx for f in find_figures("5~10% in 3 years, 한화 10%"))


def test_only_a_written_sign_counts_as_one() -> None:
    assert only("+3%").signed and only("-3%").signed and only("마이너스 3%").signed
    assert not only("down 3%").signed and not find_figures("5-10%")[1].signed


def test_code_mixed_sentences_are_read_whatever_the_language_is_said_to_be() -> None:
    text = "QQQ max 20%로, 100만원 in 3 months, gold는 two thirds만"
    for lang in (None, *LANGS):
        assert [f.kind for f in find_figures(text, lang)] == ["percent", "money", "duration", "fraction"]


def test_decomposed_and_full_width_text_keeps_its_own_offsets() -> None:
    text = unicodedata.normalize("NFD", "비트코인은 ") + "１０％, " + unicodedata.normalize("NFD", "채권 오천만원까지")
    share, amount = find_figures(text)
    assert (share.text, share.value) == ("１０％", 0.1)
    assert text[amount.start : amount.end] == amount.text == unicodedata.normalize("NFD", "오천만원")
    assert amount.amount == 50_000_000


PIECES = """
0 1 5 12 500 1,234 . , - − + % %p ( ) / ~ $ ₩ k m 천 백 십 만 억 조 원 달러
프로 할 푼 년 달 개월 주 일 월 반 분의 이 삼 오 열 두 ½ １ a half third year and point two hundred million percent S&P
"""


@given(st.lists(st.sampled_from([*PIECES.split(), " ", " "]), max_size=14).map("".join) | st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_figures_in_order_at_their_own_offsets(text: str) -> None:
    found = find_figures(text, today=TODAY)
    for figure in found:
        assert text[figure.start : figure.end] == figure.text != ""
        assert figure.value == figure.value and abs(figure.value) < 1e18
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_one_sign_that_unfolds_into_several_is_read_once() -> None:
    found = find_figures("1분의½%")
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_hostile_text_is_read_to_its_end() -> None:
    for piece in ("1,", "십", "천 ", "two ", "1 and a half ", "-", "$", "3년 ", "9" * 50):
        assert isinstance(find_figures(piece * 400), tuple)


# --- printing ---


def test_percents_and_points_are_printed_short() -> None:
    assert [percent(v, "ko") for v in (0.123, 0.1, -0.05, 0.0, -0.0004)] == ["12.3%", "10%", "−5%", "0%", "0%"]
    assert percent(0.12345, "en", digits=2) == "12.35%"
    assert [points(0.025, lang) for lang in LANGS] == ["+2.5%p", "+2.5 points"]
    assert [points(v, "en") for v in (-0.03, 0.01, 0.0)] == ["−3 points", "+1 point", "+0 points"]


def test_money_is_printed_as_each_language_counts() -> None:
    won = [Decimal(v) for v in ("320000000", "15000", "850", "300000000", "1200000000000", "1388.2", "0", "-50000000")]
    assert [money(w, "KRW", "ko") for w in won[:4]] == ["3억 2,000만원", "1만 5,000원", "850원", "3억원"]
    assert [money(w, "KRW", "ko") for w in won[4:]] == ["1조 2,000억원", "1,388.2원", "0원", "−5,000만원"]
    assert money(won[0], "KRW", "en") == "₩320,000,000"
    assert money(Decimal("1234.5"), "USD", "en") == "$1,234.50"
    assert money(Decimal("12000"), "USD", "en") == "$12,000"
    assert money(Decimal("1234.5"), "USD", "ko") == "1,234.50달러"
    assert money(Decimal("0.000123456"), "USD", "en") == "$0.0001235"


def test_short_money_keeps_one_decimal() -> None:
    def short(value: int, currency: Any, lang: Lang) -> str:
        return money_short(Decimal(value), currency, lang)

    assert [short(v, "KRW", "ko") for v in (320_000_000, 15_000_000, 850)] == ["3.2억원", "1,500만원", "850원"]
    assert [short(v, "USD", "en") for v in (1200, 3_400_000, 850)] == ["$1.2k", "$3.4M", "$850"]
    assert short(320_000_000, "KRW", "en") == "₩320M"
    assert short(-43_210, "USD", "en") == "−$43.2k"
    assert short(999_960, "USD", "en") == "$1M"
    assert short(12_345, "USD", "ko") == "1.2만달러"


def test_numbers_units_days_and_lengths_are_printed() -> None:
    assert [number(v, "en") for v in (1234.5, 2.0, -0.126)] == ["1,234.5", "2", "−0.13"]
    assert [units(Decimal("10"), lang, "shares") for lang in LANGS] == ["10주", "10 shares"]
    assert units(Decimal(1), "en", "shares") == "1 share"
    assert [units(Decimal("0.05120"), lang, "coins") for lang in LANGS] == ["0.0512개", "0.0512"]
    assert [day(date(2026, 3, 2), lang) for lang in LANGS] == ["2026년 3월 2일", "2 March 2026"]
    assert [months(n, "ko") for n in (36, 18, 2.5, 0.69, 0)] == ["3년", "1년 6개월", "2.5개월", "21일", "0개월"]
    assert [months(n, "en") for n in (36, 18, 13, 12, 1)] == [
        "3 years",
        "1 year 6 months",
        "1 year 1 month",
        "1 year",
        "1 month",
    ]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_an_unknown_figure_is_never_printed_as_one(bad: float) -> None:
    for broken in (percent, points, number, months):
        with pytest.raises(ValueError):
            broken(bad, "ko")
    with pytest.raises(ValueError):
        money(Decimal(str(bad)), "KRW", "ko")
    with pytest.raises(ValueError):
        units(Decimal(str(bad)), "en", "coins")


langs = st.sampled_from(LANGS)
currencies = st.sampled_from(["KRW", "USD"])


@given(st.floats(-10, 10), langs, st.integers(0, 4))
def test_a_printed_percent_reads_back_within_its_digits(value: float, lang: Lang, digits: int) -> None:
    figure = only(percent(value, lang, digits=digits), lang=lang)
    assert figure.kind == "percent"
    assert figure.value == pytest.approx(value, abs=0.501 * 10 ** -(digits + 2))


@given(st.floats(-1, 1), langs)
def test_printed_points_read_back_with_their_sign(value: float, lang: Lang) -> None:
    figure = only(points(value, lang), lang=lang)
    assert figure.kind == "points" and figure.signed
    assert figure.value == pytest.approx(value, abs=0.000501)


@given(st.decimals(-(10**13), 10**13, places=2), currencies, langs)
def test_printed_money_reads_back_to_its_last_printed_digit(amount: Decimal, currency: Any, lang: Lang) -> None:
    figure = only(money(amount, currency, lang), lang=lang)
    assert (figure.kind, figure.currency) == ("money", currency)
    assert figure.amount is not None
    coarse = currency == "KRW" and abs(amount) >= 10_000
    assert abs(figure.amount - amount) <= (Decimal("0.5") if coarse else 0)


@given(st.decimals(-(10**14), 10**14, places=2), currencies, langs)
def test_printed_short_money_reads_back_within_a_decimal(amount: Decimal, currency: Any, lang: Lang) -> None:
    figure = only(money_short(amount, currency, lang), lang=lang)
    assert (figure.kind, figure.currency) == ("money", currency)
    assert figure.value == pytest.approx(float(amount), rel=0.051, abs=0.01)


@given(st.integers(0, 1200), langs)
def test_printed_months_read_back_exactly(n: int, lang: Lang) -> None:
    figure = only(months(n, lang), lang=lang)
    assert (figure.kind, figure.value) == ("duration", n)


@given(st.floats(0.02, 11.9), langs)
def test_a_short_length_reads_back_within_its_printed_unit(n: float, lang: Lang) -> None:
    assert only(months(n, lang), lang=lang).value == pytest.approx(n, abs=0.0501)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), langs)
def test_a_printed_day_reads_back(d: date, lang: Lang) -> None:
    assert only(day(d, lang), lang=lang).on == d


@given(st.decimals(0, 10**9, places=8), langs)
def test_printed_units_read_back_exactly(amount: Decimal, lang: Lang) -> None:
    assert only(units(amount, lang, "shares"), lang=lang).amount == amount


# --- particles ---


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("비트코인", "은"),
        ("테슬라", "는"),
        ("10%", "는"),
        ("5%p", "는"),
        ("KOSPI", "는"),
        ("KOSDAQ", "은"),
        ("SK", "는"),
        ("LG", "는"),
        ("ETF", "는"),
        ("GM", "은"),
        ("3", "은"),
        ("2", "는"),
        ("10", "은"),
        ("2,000", "은"),
        ("S&P 500", "은"),
        ("1.5", "는"),
        ("Apple", "은"),
        ("Nvidia", "는"),
        ("Amazon", "은"),
        ("Facebook", "은"),
        ("비트코인(BTC)", "은"),
        ("테슬라(TSLA)", "는"),
        ("“금”", "은"),
        ("3억 2,000만원", "은"),
        ("2 shares!", "는"),
        ("", "는"),
    ],
)
def test_a_particle_follows_how_the_word_is_read(word: str, topic: str) -> None:
    assert josa(word, "은/는") == word + topic


def test_every_pair_knows_its_two_forms_and_rieul_takes_the_short_way() -> None:
    assert [josa("금", p) for p in ("이/가", "을/를", "와/과", "으로/로")] == ["금이", "금을", "금과", "금으로"]
    assert [josa("주", p) for p in ("이/가", "을/를", "와/과", "으로/로")] == ["주가", "주를", "주와", "주로"]
    assert [josa(w, "으로/로") for w in ("애플", "10%", "7", "6", "LG", "PL")] == [
        "애플로",
        "10%로",
        "7로",
        "6으로",
        "LG로",
        "PL로",
    ]
    assert [josa(w, "이에요/예요") for w in ("금", "은행주")] == ["금이에요", "은행주예요"]
    assert [josa(w, "이라/라") for w in ("채권", "금리")] == ["채권이라", "금리라"]
    assert josa("금", "과/와") == "금과"
    with pytest.raises(ValueError):
        josa("금", "도/도")


@pytest.mark.parametrize("text", ["nvidia jumps 40%", "it drops 40%", "slips 40%", "caps 40%"])
def test_a_verb_that_ends_like_a_product_hides_no_figure(text: str) -> None:
    assert only(text).value == 0.4
    assert find_figures("PS 5") == ()
