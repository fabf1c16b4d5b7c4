"""Which past decision is meant: so many back, or on a day of the investor's own calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.session import Session
from agent.which import Meant, meant
from agent.wiring import Settings, open_desk

NOW = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)  # 5 March, 01:30 in Seoul


@pytest.mark.parametrize(
    ("said", "lang", "found"),
    [
        ("어제 왜 바뀌었어?", "ko", Meant(first=date(2026, 3, 4), last=date(2026, 3, 4))),
        ("why did it change yesterday?", "en", Meant(first=date(2026, 3, 4), last=date(2026, 3, 4))),
        ("그저께는 왜 그랬어", "ko", Meant(first=date(2026, 3, 3), last=date(2026, 3, 3))),
        ("지난번 결정은 왜?", "ko", Meant(back=1)),
        ("지지난번에는 왜 그렇게 했어?", "ko", Meant(back=2)),
        ("why two decisions ago?", "en", Meant(back=2)),
        ("what about the decision before last", "en", Meant(back=2)),
        ("세 번 전 결정은?", "ko", Meant(back=3)),
        ("지난달에 왜 바뀌었지", "ko", Meant(first=date(2026, 2, 1), last=date(2026, 2, 28))),
        ("why did it change last month", "en", Meant(first=date(2026, 2, 1), last=date(2026, 2, 28))),
        ("지난주 변화 설명해줘", "ko", Meant(first=date(2026, 2, 23), last=date(2026, 3, 1))),
        ("why last quarter?", "en", Meant(first=date(2025, 10, 1), last=date(2025, 12, 31))),
        ("3월 2일에 왜 바뀌었어?", "ko", Meant(first=date(2026, 3, 2), last=date(2026, 3, 2))),
        ("why on 20 December?", "en", Meant(first=date(2025, 12, 20), last=date(2025, 12, 20))),
        ("9월에 왜 샀어?", "ko", Meant(first=date(2025, 9, 1), last=date(2025, 9, 30))),
        ("why did you buy in December", "en", Meant(first=date(2025, 12, 1), last=date(2025, 12, 31))),
        ("2025년에 왜 바뀌었어?", "ko", Meant(first=date(2025, 1, 1), last=date(2025, 12, 31))),
        ("왜 주식 비중이 줄었어?", "ko", None),
        ("why do I hold gold?", "en", None),
    ],
)
def test_days_and_counts_are_heard_in_the_investors_zone(said: str, lang: str, found: Meant | None) -> None:
    assert meant(said, NOW, "Asia/Seoul", lang) == found  # type: ignore[arg-type]


def test_yesterday_is_that_of_the_investor() -> None:
    seoul, chicago = (meant("어제", NOW, zone, "ko") for zone in ("Asia/Seoul", "America/Chicago"))
    assert seoul and chicago and (seoul.first, chicago.first) == (date(2026, 3, 4), date(2026, 3, 3))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Two decisions: one carried out on 2 March in Seoul, one only proposed on 4 March."""
    with open_desk(Settings(home=tmp_path, now="2026-03-02T03:00:00", currency="KRW", tz="Asia/Seoul")) as desk:
        session = Session(desk, "kim", "ko")
        session.say("포트폴리오 제안해줘")
        pending = session.pending()
        assert pending is not None
        session.approve(pending.id, pending.fingerprint)
    with open_desk(Settings(home=tmp_path, now="2026-03-04T03:00:00", currency="KRW", tz="Asia/Seoul")) as desk:
        Session(desk, "kim", "ko").say("주식은 15%까지만")
    yield tmp_path


@pytest.mark.parametrize(
    ("now", "lang", "said", "expected"),
    [
        ("2026-03-03T03:00:00", "ko", "어제 왜 바뀌었어?", "2026년 3월 2일에 계산한 결정이에요"),
        ("2026-03-05T03:00:00", "ko", "어제 왜 바뀌었어?", "제안만 있었고 체결은 없었어요"),
        ("2026-03-04T03:00:00", "ko", "어제 왜 바뀌었어?", "2026년 3월 3일에는 결정도 체결도 없었어요"),
        (
            "2026-03-04T03:00:00",
            "en",
            "why did it change yesterday?",
            "Nothing was decided or carried out on 3 March 2026",
        ),
        ("2026-03-05T03:00:00", "ko", "지난달에 왜 바뀌었어?", "가장 가까운 결정은 2026년 3월 2일"),
        ("2026-03-05T03:00:00", "ko", "다섯 번 전 결정은 왜 그랬어?", "5번 전의 결정은 없어요"),
        ("2026-03-05T03:00:00", "en", "why did it change five decisions ago?", "Decisions so far: 1"),
        ("2026-03-05T03:00:00", "ko", "지난번 결정은 왜 그랬어?", "2026년 3월 2일에 계산한 결정이에요"),
        ("2026-03-05T03:00:00", "en", "why did Celltrion change?", "not part of that decision"),
    ],
)
def test_a_why_about_the_past_gets_a_true_answer(home: Path, now: str, lang: str, said: str, expected: str) -> None:
    with open_desk(Settings(home=home, now=now, currency="KRW", tz="Asia/Seoul")) as desk:
        turn = Session(desk, "kim", lang).say(said)  # type: ignore[arg-type]
        assert [c["name"] for c in turn.calls] == ["explain"], turn.text
        assert expected in turn.text


@pytest.mark.parametrize(
    ("lang", "said", "words"), [("ko", "왜 바뀌었어?", "아직"), ("en", "why did it change?", "Nothing")]
)
def test_a_why_before_any_decision_says_so(tmp_path: Path, lang: str, said: str, words: str) -> None:
    with open_desk(Settings(home=tmp_path, now="2026-03-02", tz="Asia/Seoul")) as desk:
        assert words in Session(desk, "kim", lang).say(said).text  # type: ignore[arg-type]
