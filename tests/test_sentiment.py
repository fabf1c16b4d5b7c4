import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import load_names, load_universe
from knowledge.tone import load_headlines, load_scorer, load_topics
from tests.evals.sentiment import calibration, examples, main
from tools.errors import BadInput
from tools.sentiment.features import BUCKETS, DENSE
from tools.sentiment.lexicon import Entry, Lexicon, cut, stem
from tools.sentiment.model import Head, hedged, pack, softmax, tempered, unpack
from tools.sentiment.pool import SOCIAL_CAP, SOURCE_CAP, Scored, daily, distinct, pool
from tools.sentiment.reading import LONGEST, clean, language
from tools.sentiment.scorer import Tone
from tools.sentiment.view import (
    MAX_IC,
    MOST_SURE,
    PRIOR_IC,
    UNPROVEN,
    Skill,
    earned,
    news_view,
    shift,
    skill,
    sure,
    unusual,
)

NOW = datetime(2026, 3, 31, tzinfo=UTC)
VECTORS = Path(__file__).parents[2] / "shared" / "vectors" / "11_sentiment.json"


def vector(name: str) -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("published vectors are not beside this checkout")
    found = {v["id"]: v for v in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]}
    return dict(found[name])


def tone(text: str, **more: Any) -> Tone:
    return load_scorer().score(text, names=load_names(load_universe()), **more)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("한빛쇼핑 3분기 적자 축소", "positive"),
        ("한빛쇼핑 3분기 적자 확대", "negative"),
        ("흑자 폭 줄어든 한빛쇼핑", "negative"),
        ("경기침체 우려 완화에 코스피 상승", "positive"),
        ("목표가 하향에도 주가 급등", "positive"),
        ("목표가 상향에도 주가 급락", "negative"),
        ("손실 줄인 저축은행 주가 반등", "positive"),
        ("부채비율 300%→140%", "positive"),
        ("부채비율 140%→300%", "negative"),
        ("정기주주총회는 3월 27일 본사에서 개최됩니다.", "neutral"),
        ("Quarter was not as bad as feared, shares rise", "positive"),
        ("Orlin fails to win approval for its new drug", "negative"),
        ("Orlin beats estimates but cuts guidance", "negative"),
        ("Net loss narrowed to EUR 0.4 mn from EUR 2.9 mn", "positive"),
        ("Net loss widened to EUR 2.9 mn from EUR 0.4 mn", "negative"),
        ("Unemployment falls to a record low", "positive"),
        ("Unemployment climbs to a record high", "negative"),
        ("Net sales were EUR 55 mn, compared with EUR 71 mn a year earlier.", "negative"),
        ("The company is headquartered in Oslo and employs 450 people.", "neutral"),
    ],
)
def test_a_phrase_is_read_with_what_it_stands_at(text: str, label: str) -> None:
    assert tone(text).label == label


@pytest.mark.parametrize(
    ("text", "winner", "loser"),
    [
        ("Apple overtakes Samsung Electronics in handset shipments", "apple", "samsung_electronics"),
        ("Microsoft loses market share to Google", "google", "microsoft"),
        ("SK하이닉스, 삼성전자 제치고 1위", "sk_hynix", "samsung_electronics"),
    ],
)
def test_two_compared_things_get_two_signs(text: str, winner: str, loser: str) -> None:
    found = {e.id: e.label for e in tone(text).entities}
    assert (found[winner], found[loser]) == ("positive", "negative")


def test_each_thing_is_judged_by_its_own_clause() -> None:
    found = {e.id: e.label for e in tone("애플은 사상 최대 실적으로 급등, 반면 테슬라는 판매 부진에 급락했다").entities}
    assert found == {"apple": "positive", "tesla": "negative"}


def test_the_title_is_read_with_the_text() -> None:
    found = tone("It swung to a loss and issued a profit warning.", title="Tesla")
    assert found.label == "negative" and [e.id for e in found.entities] == ["tesla"]


def test_central_bank_tone_comes_through_the_same_door() -> None:
    bank = load_scorer("bank")
    assert bank.score("The Committee decided to raise the target range as inflation rose further.").label == "hawkish"
    assert bank.score("물가상승률이 목표를 밑돌아 기준금리를 인하했다.").label == "dovish"
    assert bank.score("The next meeting will be held in March.").label == "neutral"


@given(st.text(max_size=300))
def test_any_text_gives_probabilities_and_known_labels(text: str) -> None:
    found = load_scorer().score(text)
    assert set(found.p) == {"positive", "neutral", "negative"} and found.label in found.p
    assert sum(found.p.values()) == pytest.approx(1) and min(found.p.values()) >= 0


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "🙂🙂", "12345"])
def test_a_text_that_says_nothing_is_neutral(text: str) -> None:
    assert tone(text).label == "neutral"


def test_hidden_characters_and_links_do_not_change_the_reading() -> None:
    plain = tone("Profit falls and the dividend is cut")
    dressed = tone("Pro\u200bfit falls \u202eand the dividend <b>is</b> cut https://x.example/surges?q=record")
    assert dressed.p == plain.p


def test_only_the_top_of_a_long_text_is_read() -> None:
    assert len(clean("가" * 10_000)) == LONGEST


def test_a_korean_text_with_latin_names_is_korean() -> None:
    assert language("SK hynix HBM4 양산 시작") == "ko"
    assert language("Samsung (삼성) posts record profit for the quarter") == "en"


def test_endings_of_a_word_do_not_matter() -> None:
    assert len({stem(w) for w in ("rise", "rises", "rising")}) == 1
    assert stem("losses") == stem("loss") != stem("loses")


def test_the_examples_are_many_and_no_text_has_two_labels() -> None:
    for lang in ("ko", "en"):
        rows = load_headlines(lang)
        assert len(rows) >= 700
        assert len({r.text for r in rows}) == len(rows)
        assert {r.label for r in rows} == {"positive", "neutral", "negative"}


def test_weights_survive_packing() -> None:
    weights = np.zeros((BUCKETS, 3), dtype=np.float32)
    weights[5] = (1, 2, 3)
    doubt = np.linspace(-1, 1, DENSE, dtype=np.float32)
    head = unpack(pack({"x": Head(("a", "b", "c"), weights, 1.5, 0.3, doubt)}))["x"]
    assert head.labels == ("a", "b", "c") and (head.temperature, head.hedge) == (1.5, 0.3)
    assert np.array_equal(head.weights, weights) and np.array_equal(head.doubt, doubt)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(BadInput):
        Head(("a", "b", "c"), np.zeros((4, 3), dtype=np.float32), 1.0)
    with pytest.raises(BadInput):
        Head(("a", "b", "c"), np.zeros((BUCKETS, 3), dtype=np.float32), 1.0, doubt=np.zeros(3, dtype=np.float32))


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.floats(0, 1), st.floats(0.5, 6), st.floats(-9, 9))
def test_being_less_sure_never_changes_the_label(logits: list[float], hedge: float, warm: float, doubt: float) -> None:
    plain = hedged(softmax(np.array(logits)), hedge)
    after = tempered(np.array(logits), hedge, warm, np.asarray(doubt))
    assert after.sum() == pytest.approx(1) and after[plain.argmax()] == pytest.approx(after.max())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("법원, 삼성전자 상대 특허 소송 전부 기각", "positive"),
        ("대법, 삼성전자 항소 끝내 기각", "negative"),
        ("Court throws out patent case against Apple", "positive"),
        ("Apple loses its final appeal", "negative"),
        ("거품이라더니… 이익 전망 더 올랐다", "positive"),
        ("So much for the recovery: sales fell again", "negative"),
    ],
)
def test_verdicts_and_belied_claims_are_read_by_whom_they_help(text: str, label: str) -> None:
    assert tone(text).label == label


def test_a_thing_is_found_by_what_the_news_calls_it() -> None:
    found = {e.id: e.label for e in tone("유가 급등에 정유사는 웃고 항공사는 울었다").entities}
    assert found["energy"] == "positive" and found["airlines"] == "negative"
    assert [e.id for e in tone("Refiners report record profit").entities] == ["energy"]
    assert "financials" not in {e.id for e in tone("The central bank left its forecast alone").entities}


def test_a_gap_does_not_reach_over_the_end_of_a_clause() -> None:
    words = cut("judge throws out. the case for gold")
    lexicon = Lexicon("en", [Entry("throw out .. case", "polar", 0.9)])
    assert lexicon.find("judge throws out. the case for gold", words) == ([], [])
    assert [h.key for h in lexicon.find("judge throws out the case", cut("judge throws out the case"))[0]]


def test_texts_for_checking_are_not_among_those_learned_from() -> None:
    for lang in ("ko", "en"):
        learned = {r.text for part in ("", "hard") for r in load_headlines(lang, "news", part)}
        kept = {r.text for r in load_headlines(lang, "news", "check")}
        assert len(kept) >= 60 and not kept & learned


def test_every_topic_is_a_target_the_project_knows() -> None:
    names = load_names(load_universe())
    assert all(names.known(owner) for owner in load_topics().values())


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.floats(0, 1))
def test_hedging_keeps_the_sum_and_never_turns_a_sign(logits: list[float], share: float) -> None:
    p = softmax(np.array(logits))
    after = hedged(p, share)
    assert after.sum() == pytest.approx(1) and after.min() >= 0
    assert np.sign(round(after[2] - after[0], 9)) == np.sign(round(p[2] - p[0], 9))


def test_temperature_scaling_matches_the_published_vector() -> None:
    v = vector("temperature")
    for t, p in zip(v["inputs"]["T"], v["expected"]["p"], strict=True):
        assert softmax(np.array(v["inputs"]["logits"]), t) == pytest.approx(p, abs=1e-12)


def test_pooling_matches_the_published_vector() -> None:
    v = vector("decay_a")
    start = NOW - timedelta(hours=v["inputs"]["now_h"])
    half = timedelta(hours=v["inputs"]["half_life_h"])
    texts = [
        Scored(
            i["id"], start + timedelta(hours=i["t"]), i["id"], i["score"], i["conf"], i["src_w"], half, story=i["dup"]
        )
        for i in v["inputs"]["items"]
    ]
    found = pool(texts, NOW, capped=False)
    wanted = v["expected"]
    assert (found.score, found.n_eff, found.mass) == pytest.approx(
        (wanted["score"], wanted["n_eff"], wanted["mass"]), abs=1e-10
    )


def test_the_shift_matches_the_published_vector() -> None:
    v = vector("grinold_view")
    i = v["inputs"]
    assert shift(i["IC"], i["sigma_annual"], i["z"]) == pytest.approx(v["expected"]["Q_minus_prior"], abs=1e-12)


def test_pooling_by_hand() -> None:
    old, new = Scored("a", NOW - timedelta(days=1), "x", 1.0), Scored("b", NOW, "y", -1.0)
    found = pool([old, new], NOW, capped=False)
    assert found.score == pytest.approx((0.5 - 1) / 1.5)
    assert found.n_eff == pytest.approx(1.5**2 / 1.25)
    assert found.shrunk == pytest.approx(found.score * 1.8 / 6.8)


def clones(count: int, text: str = "삼화전자 공급 계약 해지, 주가 폭락 우려 커져") -> list[Scored]:
    return [Scored(f"c{n}", NOW, f"s{n}", -1.0, text=f"{text} [{n % 7}]", social=n % 2 == 0) for n in range(count)]


def test_five_hundred_clones_count_once() -> None:
    assert len(distinct(clones(500))) == 1
    assert pool(clones(500), NOW).n_eff == pytest.approx(1)


def test_different_stories_stay_apart() -> None:
    texts = [Scored(e.text, NOW, "x", 0.5, text=e.text) for e in load_headlines("ko") if e.kind == "headline"]
    assert len(distinct(texts)) > 0.98 * len(texts)


def test_of_a_story_the_most_trusted_source_speaks() -> None:
    texts = [
        Scored("blog", NOW, "b", -1.0, weight=0.2, story="x"),
        Scored("wire", NOW, "w", 0.4, weight=0.9, story="x"),
    ]
    assert [t.id for t in distinct(texts)] == ["wire"]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_no_source_and_no_crowd_has_more_than_its_share(one: int, crowd: int, rest: int) -> None:
    texts = [Scored(f"a{n}", NOW, "loud", 1.0) for n in range(one)]
    texts += [Scored(f"b{n}", NOW, f"user{n}", 1.0, social=True) for n in range(crowd)]
    texts += [Scored(f"c{n}", NOW, f"paper{n}", 0.0) for n in range(rest)]
    found = pool(texts, NOW)
    by = {k: sum(w for i, w in found.weights.items() if i[0] == k) / found.mass for k in "ab"}
    assert by["a"] <= SOURCE_CAP + 1e-9 and by["b"] <= SOCIAL_CAP + 1e-9
    assert found.score <= SOURCE_CAP + SOCIAL_CAP + 1e-9


def test_news_of_tomorrow_does_not_exist_today() -> None:
    texts = [Scored("a", NOW, "x", 0.5), Scored("b", NOW + timedelta(hours=1), "y", -1.0)]
    assert pool(texts, NOW) == pool(texts[:1], NOW)


def test_without_sixty_days_or_variation_there_is_no_z() -> None:
    assert unusual(0.5, [0.0, 0.1] * 29) is None
    assert unusual(0.5, [0.1] * 100) is None
    assert unusual(0.5, [0.0, 1.0] * 50) == pytest.approx(0.0)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 9)), max_size=60))
def test_news_never_shift_a_return_by_more_than_the_bound(rows: list[tuple[float, float, float, int]]) -> None:
    texts = [Scored(str(n), NOW, f"s{k}", s, c, w) for n, (s, c, w, k) in enumerate(rows)]
    past = list(np.sin(np.arange(90)) / 100)
    view = news_view("x", texts, NOW, past=past, volatility=0.3, record=Skill(0.9, 0.8, 0.95, 5_000))
    assert view is None or abs(view.shift) <= MAX_IC * 0.3 * 3 + 1e-12


def test_a_view_expires_within_days() -> None:
    texts, past = [Scored("a", NOW, "x", 1.0)], list(np.sin(np.arange(90)) / 10)
    view = news_view("x", texts, NOW, past=past, volatility=0.2)
    assert view is not None and view.expires_at == NOW + timedelta(days=5)
    assert news_view("x", texts, NOW + timedelta(days=5), past=past, volatility=0.2) is None


def test_skill_that_is_not_there_silences_the_signal() -> None:
    rng = np.random.default_rng(1)
    returns = rng.standard_normal(800)
    bad = skill(list(-returns + rng.standard_normal(800)), list(returns))
    good = skill(list(returns + rng.standard_normal(800)), list(returns))
    assert bad is not None and good is not None
    assert earned(None) == PRIOR_IC and earned(bad) == 0.0 and earned(good) == MAX_IC
    assert skill([1.0] * 100, list(returns[:100])) is None


@pytest.mark.parametrize("score", [float("nan"), 1.5, -2.0])
def test_a_score_that_is_none_is_refused(score: float) -> None:
    with pytest.raises(BadInput):
        Scored("a", NOW, "x", score)


def test_an_ic_beyond_the_bound_is_refused() -> None:
    with pytest.raises(BadInput):
        shift(0.06, 0.2, 1.0)


def test_calibration_by_hand() -> None:
    assert calibration([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert calibration([(1.0, True)] * 5) == 0


def test_a_csv_with_two_languages_counts_as_two_rows(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("label,en,ko\npositive,Profit rose.,이익이 늘었다.\n", encoding="utf-8")
    assert [(e["id"], e["lang"]) for e in examples(file)] == [("0-en", "en"), ("0-ko", "ko")]


def test_the_eval_answers_rows_without_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "x.jsonl", tmp_path / "out.jsonl"
    file.write_text(json.dumps({"id": "r1", "text": "삼성전자 영업이익 급증"}) + "\n", encoding="utf-8")
    main([str(file), "--out", str(out)])
    row = json.loads(out.read_text(encoding="utf-8"))
    assert (row["id"], row["label"]) == ("r1", "positive")
    assert row["entities"] == [{"id": "samsung_electronics", "label": "positive"}]
    assert "texts a second" in capsys.readouterr().out


texts_of_a_week = st.lists(
    st.tuples(
        st.integers(0, 200),  # hours after the start
        st.sampled_from(["a", "b", "c"]),  # source
        st.floats(-1, 1),
        st.sampled_from([0.3, 0.8, 1.0]),  # trust
        st.booleans(),  # social
        st.sampled_from([None, "x", "y"]),  # story
        st.sampled_from(["Profit rises at Acme", "Profit rises at Acme Corp", "Loss at Beta widens"]),
    ),
    max_size=9,
)


@given(texts_of_a_week)
def test_scores_of_many_days_at_once_are_those_of_each_day(rows: list[tuple[Any, ...]]) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    told = [
        Scored(str(n), start + timedelta(hours=h), source, score, weight=trust, social=social, story=story, text=text)
        for n, (h, source, score, trust, social, story, text) in enumerate(rows)
    ]
    days = [start + timedelta(days=d) for d in range(10)]
    found = daily(told, days)
    for day, score in zip(days, found, strict=True):
        assert score == pytest.approx(pool(told, day).shrunk, abs=1e-9)


def test_the_same_words_a_week_later_are_news_again() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    twice = [Scored(str(d), start + timedelta(days=d), "a", 1.0, text="Profit rises at Acme") for d in (0, 1, 8)]
    assert [t.id for t in distinct(twice)] == ["0", "8"]


def test_a_view_is_surer_the_longer_its_record() -> None:
    assert sure(None) == UNPROVEN < sure(Skill(0.04, 0.0, 0.1, 250)) < sure(Skill(0.04, 0.0, 0.1, 10_000)) < MOST_SURE


def test_many_pairs_of_few_days_are_few_observations() -> None:
    rng = np.random.default_rng(1)
    scores, returns = rng.standard_normal((2, 2000))
    whole, few = skill(scores.tolist(), returns.tolist()), skill(scores.tolist(), returns.tolist(), days=100)
    assert whole is not None and few is not None and few.days == 100
    assert few.high - few.low > 3 * (whole.high - whole.low)
    assert skill(scores.tolist(), returns.tolist(), days=10) is None
