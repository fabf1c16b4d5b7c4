"""What people call things: every id has natural names, and sentences name what they mean and nothing else."""

import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import load_names, load_universe, name_rows
from tools.domain.market import Asset, Universe
from tools.names import Names
from tools.spelling import distance, fold, jamo, one_jamo_apart, squeeze

UNIVERSE = load_universe()
NAMES = load_names(UNIVERSE)

TARGETS = """stocks bonds cash crypto gold silver oil commodities real_estate us_treasuries kr_bonds corporate_bonds
high_yield long_bonds short_bonds tips bitcoin ethereum tech semiconductors financials healthcare biotech energy
utilities consumer industrials autos ev_battery defense shipbuilding airlines gaming esg fossil_fuels tobacco
alcohol gambling weapons nuclear ai dividend clean_energy leveraged_products meme_stocks small_caps growth value
us_stocks kr_stocks china japan europe india vietnam emerging_markets samsung_electronics sk_hynix naver kakao
hyundai_motor lg_energy celltrion tesla nvidia apple microsoft google amazon meta sp500 nasdaq100 kospi kosdaq
msci_world usd jpy rates"""
STRATEGIES = "max_sharpe min_variance risk_parity equal_weight black_litterman rl max_return 60_40"
EVENTS = """cpi rate_hike rate_cut fomc jobs_report election war pandemic financial_crisis earnings fx_shock oil_shock
tariff halving"""
GOALS = "house retirement education wedding car travel business wealth income other"


def ids(text: str, *kinds: str) -> list[str]:
    return [m.id for m in NAMES.find(text, kinds or None)]


def test_every_id_of_the_conversation_is_known_under_its_kind() -> None:
    for kind, listed in (("target", TARGETS), ("strategy", STRATEGIES), ("event", EVENTS), ("goal", GOALS)):
        assert NAMES.ids(kind) == tuple(listed.split())
    assert not NAMES.known("mask") and not NAMES.known("solana") and NAMES.kind("SOXX") == "asset"


def test_every_tag_and_sector_of_the_universe_is_a_target() -> None:
    for asset in UNIVERSE.assets:
        assert {*asset.tags, *([asset.sector] if asset.sector else [])} <= set(TARGETS.split()), asset.id


def test_every_thing_has_a_name_of_its_own_in_both_languages() -> None:
    for lang in ("ko", "en"):
        labels = Counter(NAMES.label(i, lang) for k in ("target", "strategy", "event", "goal") for i in NAMES.ids(k))
        assert [label for label, n in labels.items() if n > 1] == []
    assert NAMES.label("gold", "ko") == "금" and NAMES.label("AAPL", "en") == "Apple"
    assert NAMES.label("sold-long-ago", "ko") == "sold-long-ago"


def test_no_alias_belongs_to_two_things_of_a_kind() -> None:
    owners: dict[tuple[str, str], set[str]] = {}
    for row in name_rows():
        for alias in (row.name_ko, row.name_en, *row.aliases):
            if alias:
                owners.setdefault((row.kind, squeeze(alias.lstrip("~="))[0]), set()).add(row.id)
    assert {k: v for k, v in owners.items() if len(v) > 1} == {}


def test_every_alias_alone_names_its_owner() -> None:
    wrong = []
    for row in name_rows():
        for alias in (row.name_ko, row.name_en, *row.aliases):
            if row.kind == "mask" or not alias or alias.startswith("~"):
                continue
            text = alias.lstrip("=")
            found = NAMES.find(text, (row.kind, "asset"))
            own = {row.id, *UNIVERSE.members(row.id)}
            if len(found) != 1 or found[0].id not in own or found[0].text != text:
                wrong.append((row.id, alias, [m.id for m in found]))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("비트코인은 10% 넘지 않게 해줘", ["bitcoin"]),
        ("삼전이랑 하닉 좀 담아줘", ["samsung_electronics", "sk_hynix"]),
        ("네이버하고 카카오는 빼고 엔비 사자", ["naver", "kakao", "nvidia"]),
        ("반도체주 말고 채권 늘려", ["semiconductors", "bonds"]),
        ("테슬라 주식 절반 팔아줘", ["tesla"]),
        ("미국채는 20%, 국고채는 10%", ["us_treasuries", "kr_bonds"]),
        ("미국채권 빼고 국내채권 늘려", ["us_treasuries", "kr_bonds"]),
        ("장기채보다 단기채가 나아, 물가연동채도", ["long_bonds", "short_bonds", "tips"]),
        ("미장 말고 국장", ["us_stocks", "kr_stocks"]),
        ("주식 채권 금 비율 좀", ["stocks", "bonds", "gold"]),
        ("담배빼고 술도빼", ["tobacco", "alcohol"]),
        ("곱버스 같은 거 절대 금지", ["leveraged_products"]),
        ("2차전지랑 전기차", ["ev_battery", "ev_battery"]),
        ("max 15 pct korean stocks and min 20 pct treasuries", ["kr_stocks", "us_treasuries"]),
        ("dump the Chinese equities, keep semis", ["china", "semiconductors"]),
        ("no oil stocks, no junk bonds, no T-bills", ["oil", "high_yield", "short_bonds"]),
        ("I'd take AI and small caps over utilities", ["ai", "small_caps", "utilities"]),
        ("QQQ max 20%로 cap 걸어줘", ["nasdaq100"]),
        ("tech를 줄이고 AAPL은 유지", ["tech", "apple"]),
        ("Amazon's fine, metas too", ["amazon", "meta"]),
        ("S&P500 vs KOSPI", ["sp500", "kospi"]),
    ],
)
def test_sentences_name_what_they_mean(text: str, expected: list[str]) -> None:
    assert ids(text, "target", "asset") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("금리가 내려도 현금 말고 금으로", ["rates", "cash", "gold"]),
        ("지금 세금이랑 요금 낼 자금 금액이 얼마지, 금요일까지", []),
        ("은은 왜 들고 있어", ["silver"]),
        ("금은 20%로", ["gold"]),
        ("중국은 투자하지 마", ["china"]),
        ("은근히 걱정돼요, 핵심만 술술 말해줘", []),
        ("확인도 해줘요 개인도", []),
        ("금 리밸런싱 해줘", ["gold"]),
        ("이유가 뭐야", []),
        ("카카오뱅크랑 네이버페이 알려줘", []),
        ("bitcoin cash is not for me, blue chip only", []),
        ("what happens to us if I do it", []),
        ("What if US falls", ["us_stocks"]),
        ("what is the value of my portfolio after this growth", []),
        ("value will outperform growth", ["value", "growth"]),
        ("500달러 넣어줘", []),
        ("deposit 2,000 dollars, or 3 million won, or USD 500", []),
        ("달러를 10% 담자", ["usd"]),
        ("USD at 20%", ["usd"]),
        ("엔화 900원 밑이면 알려줘", ["jpy"]),
        ("I own 30 shares of Apple", ["apple"]),
        ("Get me out of stocks", ["stocks"]),
        ("any tips for me?", []),
    ],
)
def test_lookalikes_are_told_apart(text: str, expected: list[str]) -> None:
    assert ids(text, "target", "asset") == expected


def test_one_sentence_can_name_things_of_several_kinds() -> None:
    assert ids("금리 인상 때 반도체는 어땠어?") == ["rate_hike", "semiconductors"]
    assert ids("금리 인상 때 반도체는 어땠어?", "target") == ["rates", "semiconductors"]
    assert ids("자동차 사려고 돈 모아", "goal") == ["car"]
    assert ids("RL vs Black-Litterman vs 1/N, which one is best?") == ["rl", "black_litterman", "equal_weight"]
    assert ids("a plain 60/40 or risk-parity") == ["60_40", "risk_parity"]
    assert ids("샤프비율 제일 높은 걸로") == ["max_sharpe"]
    assert ids("내후년에 결혼하려고요") == ["wedding"]


def test_offsets_point_into_the_original_text() -> None:
    text = "  Ｔech는 줄이고, 삼성  전자 20%"
    found = NAMES.find(text)
    assert [(m.id, m.text) for m in found] == [("tech", "Ｔech"), ("samsung_electronics", "삼성  전자")]
    assert all(text[m.start : m.end] == m.text for m in found)


@given(st.text(alphabet=st.sampled_from("금은리술핵가을도 은행비트코인테슬라주식tech&/-60US40aos'é\n"), max_size=40))
def test_any_text_gives_ordered_mentions_that_do_not_overlap(text: str) -> None:
    found = NAMES.find(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(m.text == text[m.start : m.end] and m.text for m in found)


def test_a_slip_of_one_letter_is_found_and_marked_as_such() -> None:
    found = NAMES.find("tesal이랑 nvidea, 태슬라는 팔아줘")
    assert [(m.id, m.exact) for m in found] == [("tesla", False), ("nvidia", False), ("tesla", False)]
    assert ids("bonus, bands, apply, reality, either, properly, beating, stacks") == []


def test_near_names_are_offered_best_first_and_never_for_nothing() -> None:
    assert NAMES.near("telsa")[0] == "tesla"
    assert NAMES.near("하이닉슨")[0] == "sk_hynix"
    assert NAMES.near("비트콜인")[0] == "bitcoin"
    assert len(NAMES.near("bon", limit=2)) <= 2
    assert NAMES.near("qwxzjk") == ()


def test_a_ticker_names_its_target_only_where_that_means_the_same() -> None:
    assert ids("SPY GLD TLT SCHD") == ["sp500", "gold", "long_bonds", "dividend"]
    assert ids("SOXX USO VWO") == ["SOXX", "USO", "VWO"]  # their targets cover other assets too
    two = Universe(assets=(*UNIVERSE.assets, _equity("GOOG", "Alphabet C", tags=("google",))))
    assert [m.id for m in Names(name_rows(), two).find("GOOGL GOOG google")] == ["GOOGL", "GOOG", "google"]


def test_an_asset_of_another_universe_brings_its_own_names() -> None:
    own = Universe(
        assets=(
            _equity("AIR", "Airbus", aliases=("에어버스",)),
            _equity("NOW", "ServiceNow"),
            _equity("X1", "Gold", aliases=("금광",)),
            _equity("US_EQ", "US stocks", tags=("us_stocks",)),
        )
    )
    names = Names(name_rows(), own)
    assert [m.id for m in names.find("에어버스를 사고 AIR도, servicenow now NOW")] == ["AIR", "AIR", "NOW", "NOW"]
    assert [m.id for m in names.find("gold and us stocks")] == ["X1", "us_stocks"]
    assert names.label("AIR", "en") == "Airbus" and names.kind("AIR") == "asset"


def test_a_sentence_is_searched_in_well_under_a_millisecond() -> None:
    text = "삼성전자는 8% 이하, 미국채는 20% 이상으로 잡고 tech stocks는 줄여 주세요 please thanks"
    NAMES.find(text)
    started = time.perf_counter()
    for _ in range(50):
        NAMES.find(text)
    assert (time.perf_counter() - started) / 50 < 0.005  # measured 0.1 ms; ten times that on a busy machine


def test_letters_below_the_word() -> None:
    assert squeeze("S&P  5-0") == ("s&p50", [0, 1, 2, 5, 7], [False, False, False, True, True])
    assert jamo("태") == "\u1110\u1162" and fold("Ａ") == "a" and fold("’") == "'"
    assert one_jamo_apart("태", "테") and not one_jamo_apart("태", "소") and not one_jamo_apart("a", "테")
    assert (distance("tesal", "tesla"), distance("", "abc"), distance("kitten", "sitting")) == (1, 3, 3)


def _equity(name: str, label: str, *, tags: tuple[str, ...] = (), aliases: tuple[str, ...] = ()) -> Asset:
    return Asset(
        id=name, name_en=label, name_ko=label, asset_class="equity", currency="USD", tags=tags, aliases=aliases
    )
