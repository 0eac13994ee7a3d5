"""The benchmark of verdicts draws businesses, finds what is true, and tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from toc_sim import Scenario, diagnose
from toc_sim.engine.simulate import simulate
from toc_sim.network import Feature
from toc_sim.network.build import network as network_of
from toc_sim.network.features import union

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="bench", scope="module")
def _bench() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("verdicts")


@pytest.fixture(name="models", scope="module")
def _models(bench: Any) -> Any:
    del bench  # it has made the path to the models known
    return import_module("business_models")


@pytest.fixture(name="told", scope="module")
def _told(bench: Any) -> Any:
    del bench
    return import_module("verdicts_page")


def test_models_are_drawn_by_their_number(models: Any) -> None:
    """The same number and seed give the same model, another seed another."""
    for number in range(len(models.KINDS)):
        kind, scenario = models.drawn(number, 1)
        assert kind == models.KINDS[number]
        assert models.drawn(number, 1)[1] == scenario
        assert models.drawn(number, 2)[1] != scenario


def test_models_are_small_and_use_every_feature(models: Any) -> None:
    """Three to eight nodes each, over all of the file format that a year can show.

    Customers at the start are left out: docs/customers.md and their laws tell of them;
    so are exits, which never bind: tests/theory and tests/validation do; and times away
    that vary and what is open at the start: tests/laws do.
    """
    every = [network_of(models.drawn(number, 1)[1]) for number in range(320)]
    places = [len({node.place for node in net.nodes}) for net in every]

    assert min(places) >= 2
    assert max(places) <= 8
    elsewhere = Feature.REGULARS | Feature.EXIT | Feature.TRIPS | Feature.STATE
    told = union(net.features for net in every) | elsewhere
    assert list(told) == list(~Feature(0))


def _line(slow: float) -> Scenario:
    """Two machines without chance."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "two machines",
            "stages": {
                "a": {"kind": "machine", "capacity": 10},
                "b": {"kind": "machine", "capacity": slow, "buffer": 3},
            },
            "flow": ["a -> b"],
            "run": {"horizon": 200, "warmup": 10},
        }
    )


def test_what_is_true_is_what_a_lift_brings(bench: Any) -> None:
    """Of two machines the slower brings all of its 10 %, the other nothing."""
    runs = simulate(network_of(_line(8)))
    truth = bench.Truth(runs)
    every = bench.candidates(runs.network)
    for name, net in every.items():
        truth.add(name, net)
    best = bench.settle(truth, list(every), ["b"], [])

    assert best == "b"
    assert truth.gain("b").mean() == pytest.approx(0.1, abs=0.002)
    assert truth.captured("a", best)[0] == pytest.approx(0.0, abs=0.01)
    assert "b.buffer: one place more" in every


def test_a_tie_is_judged_by_lifting_all_of_it(bench: Any) -> None:
    """Two equal machines bring nothing alone; what is named is both together."""
    runs = simulate(network_of(_line(10)))
    verdict = diagnose(runs)
    truth = bench.Truth(runs)
    name = bench.named_by(truth, verdict)
    truth.run(1, [name])

    assert verdict.word == "tie"
    assert name == "a & b"
    assert truth.gain(name).mean() == pytest.approx(0.1, abs=0.002)


def test_what_counts_as_right_and_as_sure(bench: Any, told: Any) -> None:
    """Right from 95 %; sure and wrong only surely below 80 %, and without a rival."""
    named = bench.Told(("a",), "sole", 0.7, 0.01)

    assert not told.is_right(named)
    assert told.is_right(replace(named, captured=0.95))
    assert told.is_sure_and_wrong(named)
    assert not told.is_sure_and_wrong(replace(named, error=0.1))
    assert not told.is_sure_and_wrong(replace(named, word="shared"))


def test_an_interval_is_widened_by_the_error_of_the_truth(
    bench: Any, told: Any
) -> None:
    """What is 0.1 apart is held by +- 0.08 only if the truth is not sharp."""
    held = bench.Held("a", 0.5, 0.08, 0.6, 0.001, 0.6, 0.6)

    assert not told.holds(held)
    assert told.holds(replace(held, error=0.04))


def test_what_was_found_is_kept(bench: Any, tmp_path: Path) -> None:
    """A model is read again as it was written."""
    one = bench.Found(
        3,
        "line",
        asked=bench.Told(("a",), "sole", 1.0, 0.0),
        held=(bench.Held("a", 0.5, 0.1, 0.5, 0.01, 0.5, 0.5),),
    )
    path = tmp_path / "kept.jsonl"
    path.write_text(bench.json.dumps(bench.asdict(one)) + "\n", encoding="utf-8")
    [again] = bench.read(path)

    assert (again.number, again.held) == (3, one.held)
    assert again.asked.captured == 1.0


def test_the_page_is_the_one_that_is_written(models: Any) -> None:
    """docs/verdicts.md tells of every kind of business."""
    page = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")

    assert all(f"| {kind.title} |" in page for kind in models.KINDS)
