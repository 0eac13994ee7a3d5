"""What to vary is read as it is written, and steps are exact."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.experiment.sweep.points import Varied, refuse_too_many, span, varied

WHOLE = st.integers(min_value=-10_000, max_value=10_000)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.capacity=6:10:1", (6, 7, 8, 9, 10)),
        ("a.capacity=0:0.5:0.1", (0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        ("a.capacity=6:9.9:2", (6, 8)),
        ("a.capacity=9:6:-1.5", (9, 7.5, 6)),
        ("a.capacity=5:5:1", (5,)),
        ("a.capacity=1,2.5,40", (1, 2.5, 40)),
        ("a.distribution=gamma, exponential", ("gamma", "exponential")),
        (
            "a.capacity={profile: [[0, 8], [10, 9]]},9",
            ({"profile": [[0, 8], [10, 9]]}, 9),
        ),
    ],
)
def test_ranges_and_lists_are_read(text: str, values: tuple[object, ...]) -> None:
    """A range goes to its end if a step leads there; a list may hold any values."""
    found = varied(text)

    assert found.values == values
    assert found.text == text


@given(start=WHOLE, steps=st.integers(0, 200), step=WHOLE.filter(bool))
def test_decimal_steps_are_exact(start: int, steps: int, step: int) -> None:
    """Each value is the number nearest to start + k * step, rounded only once."""
    a, d = Fraction(start, 100), Fraction(step, 100)
    end = a + steps * d
    text = "x.y=" + ":".join(f"{float(each):.2f}" for each in (a, end, d))

    found = varied(text).values

    assert found == tuple(float(a + number * d) for number in range(steps + 1))


def test_a_whole_value_stays_whole() -> None:
    """Servers are counted: 1:2:0.5 holds 1 and 2, not 1.0 and 2.0."""
    kinds = [type(value) for value in varied("a.servers=1:2:0.5").values]

    assert kinds == [int, float, int]


def test_ways_have_one_spelling() -> None:
    """`flow.a -> b.share` is `flow.a->b`."""
    assert varied("flow.a -> b.share=0.1,0.2").path == "flow.a->b"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a.capacity", "is not of the form PATH=FROM:TO:STEP or PATH=a,b,c"),
        ("=1,2", "is not of the form"),
        ("a.capacity=", "is not of the form"),
        ("a.capacity=1:2", "a range is FROM:TO:STEP, like 6:16:1"),
        ("a.capacity=1:2:0", "a step of 0 leads nowhere"),
        ("a.capacity=1:2:-1", "the step leads away from the end of the range"),
        ("a.capacity=1:x:1", "'x' is not a number"),
        ("a.capacity=1:1e999:1", "'1e999' is not a sensible number"),
        ("a.capacity=nan:2:1", "'nan' is not a sensible number"),
        ("a.capacity=1:20000:1", "makes more than 10,000 points"),
        ("a.capacity=[1", "the bracket that opens here is never closed"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, what: str) -> None:
    """A malformed range or list is refused in words."""
    with pytest.raises(ValueError, match=re.escape(what)):
        varied(text)


def test_combinations_are_counted_before_they_are_made() -> None:
    """More than 10,000 points are refused, and so is a parameter given twice."""
    many = [
        Varied("a.capacity", tuple(range(101)), ""),
        Varied("b.capacity", tuple(range(100)), ""),
    ]
    with pytest.raises(ValueError, match="10,100 points; more than 10,000 are refused"):
        refuse_too_many(many)
    with pytest.raises(ValueError, match=r"'a\.capacity' is varied twice"):
        refuse_too_many([many[0], many[0]])


def test_a_span_has_two_ends_and_goes_upwards() -> None:
    """FROM:TO, and nothing else."""
    assert (span("a.capacity=6:16.5").low, span("a.capacity=6:16.5").high) == (6, 16.5)
    for text in ("a.capacity=6", "a.capacity=6:7:1", "a.capacity=7:6", "a=1:1"):
        with pytest.raises(ValueError, match=r"FROM:TO|upwards"):
            span(text)
