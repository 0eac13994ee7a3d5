"""A share and a delay come back out of orders that were made with them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.shop_rows import CDNOW, ROLES, Returns, SelfMade, cdnow, orders
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.calibration.customer_model import customer_model, model_notices
from toc_sim.calibration.order_history import order_history
from toc_sim.calibration.return_model import orders_since_first, return_level
from toc_sim.calibration.shop_edges import shop_edges
from toc_sim.records.shapes.transactions import purchases_from


@settings(max_examples=5, deadline=None)
@given(
    st.integers(0, 999),
    st.floats(0.2, 0.8),
    st.floats(25, 60),  # of shorter ones some come back on the day of their order
    st.sampled_from([0.6, 1.0]),
)
def test_what_orders_were_made_with_comes_back(
    seed: int, share: float, mean: float, cv: float
) -> None:
    """Within three standard errors, though the last orders were watched for no time."""
    made = Returns(share, mean, cv)
    purchases = SelfMade(500, 4, made, made).purchases(seed)
    history = order_history(purchases)
    found = return_level(history, history.number >= 0)

    assert found is not None
    assert not found.is_cut
    # Days are whole in records, and a lognormal may by chance look likelier.
    wide = 1.6 * found.share.half_width + 0.01
    assert abs(found.share.mean - share) < wide
    assert abs(found.mean.mean - mean) < 1.6 * found.mean.half_width + 0.03 * mean + 1


def test_delays_beyond_the_records_are_cut_off_and_told() -> None:
    """Returns after 300 days cannot be seen in 200: the share is that within them."""
    made = Returns(0.9, 300, 1.5)
    history = order_history(SelfMade(200, 30, made, made, until=20).purchases(1))
    found = return_level(history, history.is_first)

    assert found is not None
    assert found.is_cut
    seen = (~np.isnan(history.gap[history.is_first])).mean()
    assert found.share.mean == pytest.approx(seen, abs=0.04)
    assert found.mean.mean < 200
    delay = found.delay(1.0)
    assert max(delay["distribution"]["empirical"]) <= 200
    assert found.by_day(400)[200:].sum() == 0


def test_few_returns_have_no_shape_of_their_own() -> None:
    """Below twenty the delay is exponential; without any there is none."""
    rows = [(0, 0, 1.0, 1.0), (1, 0, 1.0, 1.0), (1, 5, 1.0, 1.0), (2, 9, 1.0, 1.0)]
    history = order_history(orders(rows, span=60))
    found = return_level(history, history.number >= 0)

    assert found is not None
    assert found.fit.family == "exponential"
    assert found.delay(1.0)["distribution"] == "exponential"
    assert return_level(history, history.customer == 0) is None


def test_returns_without_an_end_are_a_geometric_number() -> None:
    """With one share a customer buys 1 / (1 - share) times in all."""
    made = Returns(0.5, 5)
    history = order_history(SelfMade(300, 5, made, made).purchases(2))
    level = return_level(history, history.number >= 0)

    assert level is not None
    total = orders_since_first((level,), 3000).sum()
    assert total == pytest.approx(1 / (1 - level.share.mean), rel=1e-3)
    assert orders_since_first((), 10).tolist() == [1, *[0] * 9]


@pytest.mark.parametrize(
    ("later", "is_of_two"), [(Returns(0.5, 40, 1.2), False), (Returns(0.85, 20), True)]
)
def test_a_second_share_is_taken_where_it_fits_far_better(
    later: Returns, *, is_of_two: bool
) -> None:
    """And not where every order is followed alike; both are told with their misses."""
    purchases = SelfMade(400, 5, Returns(0.5, 40, 1.2), later).purchases(3)
    history = order_history(purchases)
    found = customer_model(purchases, history, shop_edges(history))
    [choice] = [n for n in model_notices(found) if n.kind == "one share or two"]

    assert found.is_of_two is is_of_two
    assert ("becomes a regular" in choice.sentence) is is_of_two
    assert sum(part.seen for part in found.parts) == 3 * len(history.day)


@pytest.mark.skipif(not CDNOW.exists(), reason="the data are not here")
def test_cdnow_is_fitted_by_two_shares_within_ten_per_cent() -> None:
    """Every quarter and cohort, and 2.87 orders each; one share misses by a third."""
    purchases = purchases_from(cdnow(), ROLES)
    history = order_history(purchases)
    found = customer_model(purchases, history, shop_edges(history))
    by_quarter = {part.name: part for part in found.parts if "Q" in part.name}

    assert found.is_of_two
    assert len(by_quarter) == 6
    for part in found.parts:
        assert part.two / part.seen == pytest.approx(1, abs=0.1)
    assert sum(p.two for p in by_quarter.values()) / 23_570 == pytest.approx(
        2.87, rel=0.01
    )
    worst = by_quarter["1998Q2"]
    assert worst.one / worst.seen < 0.7
    assert [round(each.mean, 2) for each in found.after_each] == [
        *(0.49, 0.71, 0.81, 0.86, 0.88)
    ]
