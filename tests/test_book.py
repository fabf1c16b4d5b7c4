"""The book by hand: entries, accounts, a check against a statement, and what the profile view shows of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import numpy as np
import pytest

from agent.builtin.entries import told
from agent.builtin.reading import read
from agent.session import Session
from agent.toolbox import nudges
from agent.toolbox.outcome import Hands
from agent.wiring import Desk, Settings, open_desk
from agent.work import begin
from tests.investors import Kind, investor
from tools.atcost import counted
from tools.behaviour.longrun import long_run
from tools.behaviour.prospect import Bet, loss_aversion
from tools.domain.entry import Entry
from tools.domain.mandate import Limit, Mandate
from tools.errors import BadInput
from tools.losses import paid_for
from tools.optimise import utility
from tools.optimise.limits import Limits


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A real-data home with three years of prices of four shares."""
    folder = tmp_path_factory.mktemp("market")
    rng = np.random.default_rng(0)
    days = np.arange("2023-04-01", "2026-03-31", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    prices = 100 * np.exp(np.cumsum(0.012 * rng.standard_normal((len(days), 4)), axis=0))
    rows = [f"{d},{','.join(f'{p:.2f}' for p in row)}" for d, row in zip(days, prices, strict=True)]
    (folder / "prices.csv").write_text("\n".join(["date,MSFT,AAPL,NVDA,TSLA", *rows]))
    settings = Settings(home=folder / "home", market=f"files:{folder}", now="last", currency="USD", tz="UTC")
    with open_desk(settings) as opened:
        yield opened


@pytest.fixture
def kim(desk: Desk, request: pytest.FixtureRequest) -> Session:
    return Session(desk, str(request.node.name)[:40].replace("[", "-").replace("]", ""))


def units(session: Session, asset: str) -> D:
    return session._work().state.book.units(asset)


def test_the_first_real_holding_ends_practice_money(kim: Session) -> None:
    assert kim.practice() or units(kim, "USD") == 100_000
    kim.enter(Entry(kind="transfer_in", asset="AAPL", units=D(10), amount=D(900), currency="USD"))
    assert not kim.practice() and units(kim, "USD") == 0 and units(kim, "AAPL") == 10


def test_money_entered_is_exact_and_undo_takes_each_entry_back(kim: Session) -> None:
    kim.enter(Entry(kind="transfer_in", asset="AAPL", units=D(10), amount=D(900), currency="USD"))
    kim.enter(Entry(kind="dividend", asset="AAPL", amount=D("120.35"), currency="USD"))
    kim.enter(Entry(kind="fee", amount=D("0.35"), currency="USD"))
    kim.enter(Entry(kind="split", asset="AAPL", ratio=D(50)))
    position = kim._work().state.book.positions["AAPL"]
    assert (position.units, position.cost, units(kim, "USD")) == (D(500), D(900), D(120))
    kim.undo()
    assert units(kim, "AAPL") == 10
    kim.undo()
    assert units(kim, "USD") == D("120.35")


def test_a_split_of_the_past_counts_for_what_was_bought_before_it_only(kim: Session) -> None:
    head = "date,symbol,side,quantity,price,currency"
    text = f"{head}\n2024-02-05,MSFT,BUY,2,100,USD\n2025-02-05,MSFT,BUY,3,10,USD\n"
    report = kim.preview_trades("t.csv", text.encode())
    kim.commit_import(report.import_id)  # type: ignore[union-attr]
    kim.enter(Entry(kind="split", asset="MSFT", ratio=D(10), day=date(2024, 8, 1)))
    assert units(kim, "MSFT") == 23


def test_a_correction_down_takes_its_share_of_the_cost(kim: Session) -> None:
    kim.enter(Entry(kind="transfer_in", asset="AAPL", units=D(10), amount=D(900), currency="USD"))
    kim.enter(Entry(kind="correction", asset="AAPL", units=D(4)))
    position = kim._work().state.book.positions["AAPL"]
    assert (position.units, position.cost) == (D(4), D(360))


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry(kind="withdrawal", amount=D(10**9), currency="USD"), "entry_no_cash"),
        (Entry(kind="deposit", amount=D(5), currency="EUR"), "entry_currency"),
        (Entry(kind="split", asset="NVDA", ratio=D(4)), "entry_not_held"),
        (Entry(kind="transfer_in", asset="ZZZ", units=D(3)), "entry_no_cost"),
        (Entry(kind="deposit", amount=D(5), currency="USD", day=date(2030, 1, 1)), "entry_future"),
        (Entry(kind="deposit", amount=D(5), currency="USD", account="nowhere"), "entry_account"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(kim: Session, entry: Entry, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        kim.enter(entry)
    assert caught.value.code == code and len(kim.log()) <= 1


def test_an_entry_that_says_nothing_is_no_entry() -> None:
    for given in ({"kind": "deposit"}, {"kind": "split", "asset": "A"}, {"kind": "transfer_in", "asset": "A"}):
        with pytest.raises(ValueError, match="needs"):
            Entry(**given)  # type: ignore[arg-type]


def test_what_lies_where_we_may_not_trade_is_never_sold(kim: Session) -> None:
    kim.open_account("irp", name="IRP", kind="irp", currency="USD", trades=False)
    kim.enter(Entry(kind="transfer_in", asset="NVDA", units=D(300), account="irp"))
    kim.enter(Entry(kind="deposit", amount=D(10_000), currency="USD"))
    whole, irp = kim.accounts()
    assert whole.book.units("USD") == 10_000 and irp.book.units("NVDA") == 300 and "70%" in irp.warning
    kim.say("propose something")
    decision = kim.pending()
    assert decision is not None and not [t for t in decision.proposal.trades if t.asset == "NVDA" and t.side == "sell"]
    assert any(x.origin == "account" and x.target == "NVDA" for x in decision.limits)


def test_a_statement_names_what_differs_and_the_day_is_kept(kim: Session) -> None:
    kim.enter(Entry(kind="transfer_in", asset="AAPL", units=D(10), amount=D(900), currency="USD"))
    found = kim.check_statement("list.csv", b"symbol,quantity\nAAPL,12\nTSLA,1\n", day=date(2026, 3, 1))
    assert [(d.asset, d.ours, d.theirs) for d in found.differences] == [("AAPL", D(10), D(12)), ("TSLA", D(0), D(1))]
    assert units(kim, "AAPL") == 10 and "1 March 2026" in kim.checked()
    with pytest.raises(BadInput):
        kim.check_statement("trades.csv", b"date,symbol,side,quantity,price\n2024-01-01,A,BUY,1,1\n")


def test_what_has_no_price_counts_in_the_limit_of_its_class_when_that_is_told(kim: Session) -> None:
    kim.enter(Entry(kind="transfer_in", asset="PRIV", units=D(3), amount=D(5_000), currency="USD"))
    kim.enter(Entry(kind="deposit", amount=D(15_000), currency="USD"))
    kim.enter(Entry(kind="class", asset="PRIV", asset_class="equity"))
    kim.say("keep stocks under 40%")
    decision = kim.pending()
    assert decision is not None and "counted:PRIV:equity" in decision.proposal.notes
    stocks = sum(w for a, w in decision.proposal.target.items() if a != "USD")
    assert stocks * 15_000 + 5_000 <= 0.4 * 20_000 + 1


def test_a_limit_on_a_class_is_restated_for_what_can_be_traded() -> None:
    cap = Limit(id="s1", kind="max", target="stocks", weight=0.6, origin="statement")
    found = counted(Mandate(limits=(cap,)), {"P": D(25)}, D(100), {"P": "equity"})
    assert found.limits[0].weight == pytest.approx(0.5)
    assert counted(Mandate(limits=(cap,)), {"P": D(25)}, D(100), {}).limits == (cap,)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("애플 10주 더 갖고 있어", "enter", {"kind": "transfer_in", "units": 10.0}),
        ("I own 30 shares of Microsoft", "enter", {"kind": "correction", "units": 30.0}),
        ("애플 50:1 분할됐어", "enter", {"kind": "split", "new": 50.0, "old": 1.0}),
        ("Microsoft reverse split 1:10", "enter", {"kind": "split", "new": 1.0, "old": 10.0}),
        ("I got a dividend of $120 from AAPL", "cash_flow", {"kind": "deposit", "amount": 120.0}),
        ("수수료 3달러 빠졌어", "cash_flow", {"kind": "withdraw", "amount": 3.0}),
    ],
)
def test_what_happened_is_heard(desk: Desk, text: str, name: str, wanted: dict[str, object]) -> None:
    call = told(read(text, desk.names))
    assert call is not None and call.name == name and wanted.items() <= call.args.items()


@pytest.mark.parametrize(
    "text",
    [
        "분할 매수로 애플 사줘",
        "애플 배당 얼마 받았어?",
        "should I own 30 shares of Microsoft",
        "buy 10 shares of Apple",
        "애플이 4:1 분할하면 어때?",
    ],
)
def test_what_did_not_happen_is_not_entered(desk: Desk, text: str) -> None:
    assert told(read(text, desk.names)) is None


def test_a_winner_sold_while_losers_stay_is_named_once(tmp_path: Path) -> None:
    past = investor(Kind(lean=8.0, trades=80.0, names=9), 5, years=8.0)
    prices = [f"{d},{','.join(f'{p:.4f}' for p in row)}" for d, row in zip(past.days, past.closes, strict=True)]
    (tmp_path / "prices.csv").write_text("\n".join([f"date,{','.join(past.assets)}", *prices]))
    deals = [f"{d.day},{d.asset},{d.side.upper()},{d.units:.6f},{d.price:.4f},USD" for d in past.deals]
    text = "\n".join(["date,symbol,side,quantity,price,currency", *deals])
    settings = Settings(home=tmp_path / "home", market=f"files:{tmp_path}", now="last", currency="USD", tz="UTC")
    with open_desk(settings) as desk:
        session = Session(desk, "kim")
        report = session.preview_trades("t.csv", text.encode())
        session.commit_import(report.import_id)  # type: ignore[union-attr]
        assert {t.name: t.call for t in session.habits()}["disposition"] == "high"
        held = session.portfolio().holdings
        winner = max(held, key=lambda h: h.gain or 0.0)
        assert min(h.gain or 0.0 for h in held) < nudges.LOSS
        first, again = (session.say(f"sell half of my {winner.asset}").text for _ in range(2))
        assert "Your past trades show" in first and "Your past trades show" not in again
        assert session.pending() is not None  # named, never blocked


def test_the_portrait_says_what_is_known_and_what_is_not(kim: Session) -> None:
    blank = kim.portrait()
    assert {"risk", "loss", "goal", "cash", "trades"} == {u.code for u in blank.unknowns}
    kim.say("I need 50000 dollars for a house in 4 years")
    seen = kim.portrait()
    (goal,) = seen.goals
    assert goal.chance is not None and goal.fan is not None and goal.lo90 is not None and goal.lo90 <= goal.chance
    assert goal.fan.years[0] == 0 and goal.fan.years[-1] == pytest.approx(4.0, abs=0.05)
    assert all(list(q) == sorted(q) for q in goal.fan.quantiles)
    assert "goal" not in {u.code for u in seen.unknowns}


def test_losses_that_hurt_more_than_usual_lower_risk_and_three_answers_tell() -> None:
    left = loss_aversion([Bet(1, g, False) for g in (2.0, 1.5, 3.0)])
    taken = loss_aversion([Bet(1, g, True) for g in (2.0, 1.5, 3.0)])
    assert taken.estimate < 1.6 < 2.25 < 3.0 < left.estimate and left.lo90 < left.estimate < left.hi90
    cov, mean = np.diag([0.04, 0.01]), np.array([0.06, 0.01])
    arrays = Limits(
        lower=np.zeros(2), upper=np.ones(2), groups=np.zeros((0, 2)),
        group_lower=np.zeros(0), group_upper=np.zeros(0), turnover=None, max_vol=None,
    )  # fmt: skip

    def solve(gamma: float) -> object:
        return utility(mean, cov, risk_aversion=gamma, held=np.array([0.5, 0.5]), cost=np.zeros(2), limits=arrays)

    calm, felt = (paid_for(solve, cov, 4.0, k).weights for k in (0.0, 0.1))  # type: ignore[arg-type]
    assert felt @ cov @ felt < calm @ cov @ calm


def test_a_steady_series_is_known_better_than_a_wandering_one() -> None:
    rng = np.random.default_rng(1)
    noise = 0.2 * rng.standard_normal(36)
    steady, wandering = (long_run(x, (1.4, 0.7)).interval for x in (noise * 0.2, np.cumsum(noise) * 0.5))
    assert steady[1] - steady[0] < 0.5 * (wandering[1] - wandering[0])


def test_the_long_run_posterior_is_a_distribution() -> None:
    found = long_run(np.array([1.0, 1.2, 0.9]), (1.4, 0.7), log=True)
    assert found.of.cdf(found.of.ppf(0.3)) == pytest.approx(0.3, abs=1e-8)
    assert 0 < found.weight < 1 and found.interval[0] < found.median < found.interval[1]
    assert long_run(np.array([1.0]), (1.4, 0.7)).weight > found.weight


def test_a_missing_statement_is_asked_for_after_a_while(kim: Session) -> None:
    kim.enter(Entry(kind="transfer_in", asset="AAPL", units=D(1)))
    assert "never been checked" in kim.checked()
    kim.check_statement("list.csv", b"symbol,quantity\nAAPL,1\n", day=date(2026, 3, 30) - timedelta(days=200))
    assert "long since" in kim.checked()


def test_a_stranger_sees_nothing_of_it(desk: Desk) -> None:
    work = begin(desk, "nobody", "en")
    assert nudges.sale_nudge(Hands(desk, work, ""), ["AAPL"], desk.market.at(work.at)) == ()
