"""Shocks in thought: hand-solved cases, and what moves along is what covariance says."""

from pathlib import Path

import numpy as np
import pytest

from agent.session import Session
from agent.wiring import Settings, open_desk
from knowledge.tables import load_durations
from tools import shocks
from tools.errors import BadInput

COV = np.array([[0.04, 0.01, 0.0], [0.01, 0.09, 0.0], [0.0, 0.0, 0.0]])
"""Two risky assets and cash."""


def test_a_price_shock_moves_others_by_their_covariance_with_it() -> None:
    blow = shocks.price(COV, np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]), -0.3)
    assert blow.direct == pytest.approx([-0.3, 0.0, 0.0])
    assert blow.moves == pytest.approx([-0.3, -0.3 * 0.01 / 0.04, 0.0])


def test_a_basket_falls_as_a_whole_by_what_was_said() -> None:
    basket = np.array([0.6, 0.4, 0.0])
    blow = shocks.price(COV, basket, np.array([1.0, 1.0, 0.0]), -0.2)
    assert float(basket @ blow.moves) == pytest.approx(-0.2)


def test_money_that_measures_everything_does_not_move_by_itself() -> None:
    with pytest.raises(BadInput, match="whatif_own_cash"):
        shocks.price(COV, np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0]), 0.1)


def test_rates_move_a_bond_by_duration_and_convexity() -> None:
    blow = shocks.rates(COV, np.array([0.5, 0.5, 0.0]), np.array([8.0, 0.0, 0.0]), np.array([100.0, 0.0, 0.0]), 0.02)
    fall = -8.0 * 0.02 + 0.5 * 100.0 * 0.02**2
    assert blow.direct == pytest.approx([fall, 0.0, 0.0])
    assert blow.moves == pytest.approx([fall, fall * 0.25, 0.0])
    up = shocks.rates(COV, np.array([0.5, 0.5, 0.0]), np.array([8.0, 0.0, 0.0]), np.array([100.0, 0.0, 0.0]), -0.02)
    assert up.direct[0] > -fall, "convexity favours the holder both ways"


def test_without_bonds_rates_have_nothing_to_move() -> None:
    with pytest.raises(BadInput, match="whatif_no_bonds"):
        shocks.rates(COV, np.ones(3) / 3, np.zeros(3), np.zeros(3), 0.01)


def test_hedging_takes_the_currency_out_of_what_is_priced_in_it() -> None:
    foreign = np.array([1.0, 1.0, 0.0])
    blow = shocks.currency(COV, np.array([1.0, 0.0, 0.0]), foreign, 0.1)
    assert blow.direct == pytest.approx([0.1, 0.1, 0.0])
    assert blow.hedged is not None
    assert blow.hedged == pytest.approx(blow.moves - 0.1 * foreign)
    assert blow.hedged[0] == pytest.approx(0.0), "the money itself, hedged, does nothing"


def test_weights_after_a_shock_sum_to_one_and_nothing_falls_below_nothing() -> None:
    blow = shocks.price(100 * COV, np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]), -0.99)
    then = shocks.after(np.array([0.5, 0.3, 0.2]), blow.moves)
    assert then.sum() == pytest.approx(1.0) and (then >= 0).all()
    assert blow.moves.min() >= shocks.FLOOR


def test_every_row_of_the_table_of_durations_is_plausible() -> None:
    table = load_durations()
    assert table["TLT"][0] > table["IEF"][0] > table["SHY"][0] > 0
    assert all(0 < d < 30 and 0 < c < 600 for d, c in table.values())


@pytest.mark.parametrize(
    ("lang", "said", "target", "value"),
    [
        ("en", "suppose nvidia jumps 40%", "nvidia", 0.4),
        ("en", "imagine tesla drops 30%", "tesla", -0.3),
        ("en", "what if apple doubles", "apple", 1.0),
        ("ko", "엔비디아가 40% 뛰면", "nvidia", 0.4),
        ("ko", "엔비디아가 두 배 되면?", "nvidia", 1.0),
        ("ko", "테슬라가 반값이 되면?", "tesla", -0.5),
    ],
)
def test_a_move_of_one_asset_is_calculated_and_not_asked_back(
    tmp_path: Path, lang: str, said: str, target: str, value: float
) -> None:
    with open_desk(Settings(home=tmp_path, now="2026-03-02", currency="KRW", tz="Asia/Seoul")) as desk:
        turn = Session(desk, investor="kim", lang=lang).say(said)  # type: ignore[arg-type]
    assert [(c["name"], c["args"]) for c in turn.calls] == [
        ("what_if", {"scenario": "shock", "target": target, "value": value})
    ]
