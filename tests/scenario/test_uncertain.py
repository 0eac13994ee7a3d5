"""What a file is unsure of: each form is the distribution that it is said to be."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toc_sim import Scenario, ScenarioError, dump, load
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.fields.numbers import Profile, alone, level
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import differences
from toc_sim.scenario.parameters.uncertain_parameter import UncertainParameter
from toc_sim.scenario.uncertain_draws import drawn, uncertain_of

VALID = Path(__file__).parent / "valid"
LINE = load(VALID / "smallest.yaml").changed(
    stages={
        "machine_1": {"kind": "machine", "rate": 6, "servers": 2},
        "machine_2": {"kind": "machine", "capacity": 8, "conversion": 0.3},
        "machine_3": {"kind": "machine", "time": 0.1, "cv": 0.5},
        "sales": {"kind": "team", "capacity": 9},
        "market": {"kind": "market", "demand": 11},
    }
)


def unsure(path: str, said: Any) -> UncertainParameter:
    """Return a number of the line that is not known exactly."""
    return uncertain_of(LINE.changed(uncertain={path: said}))[path]


CHANCES = (0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999)

EXACT: dict[str, tuple[str, Any, Any]] = {
    "12 of 40 were won": (
        *("machine_2.conversion", {"won": 12, "of": 40}),
        stats.beta(12.5, 28.5),
    ),
    "none of 10 was won": (
        *("machine_2.conversion", {"won": 0, "of": 10}),
        stats.beta(0.5, 10.5),
    ),
    "380 came in 13 periods": (
        *("market.demand", {"count": 143, "over": 13}),
        stats.gamma(143, scale=1 / 13),
    ),
    "40 times were observed, of a rate": (
        *("sales.capacity", {"observations": 40, "mean": 9}),
        stats.gamma(40, scale=9 / 40),
    ),
    "40 times were observed, of a time": (
        *("machine_3.time", {"observations": 40, "mean": 0.1}),
        stats.invgamma(40, scale=4),
    ),
    "a mean and a deviation": (
        *("machine_2.capacity", "8 +- 1"),
        stats.lognorm(s=np.sqrt(np.log(1 + 1 / 64)), scale=8 / np.sqrt(1 + 1 / 64)),
    ),
    "a normal distribution": (
        *("sales.capacity", {"mean": 9, "sd": 1, "distribution": "normal"}),
        stats.norm(9, 1),
    ),
    "a normal distribution of which some is below 0": (
        *("sales.capacity", {"mean": 9, "sd": 5, "distribution": "normal"}),
        stats.truncnorm(-9 / 5, np.inf, 9, 5),
    ),
    "a share with its deviation": (
        *("machine_2.conversion", "0.3 +- 0.1"),
        stats.beta(0.3 * 20, 0.7 * 20),
    ),
}


@pytest.mark.parametrize("case", EXACT)
def test_a_form_is_its_distribution(case: str) -> None:
    """Mean and quantiles are those of scipy."""
    path, said, expected = EXACT[case]
    one = unsure(path, said)

    assert one.mean == pytest.approx(expected.mean(), rel=1e-9)
    for chance in CHANCES:
        assert one.quantile(chance) == pytest.approx(expected.ppf(chance), rel=1e-7)
    assert one.interval == (one.quantile(0.025), one.quantile(0.975))


def test_all_that_were_seen_were_won() -> None:
    """The share may be all but 1, and is never quite so sure."""
    line = LINE.changed({"machine_2.conversion": 1})
    said = line.changed(uncertain={"machine_2.conversion": {"won": 10, "of": 10}})
    one = uncertain_of(said)["machine_2.conversion"]

    assert one.mean == pytest.approx(10.5 / 11)
    assert one.quantile(0.1) == pytest.approx(stats.beta(10.5, 0.5).ppf(0.1))
    assert one.quantile(1 - 1e-12) < 1


def test_a_mean_and_a_deviation_are_reproduced() -> None:
    """8 +- 1 has mean 8 and deviation 1, whichever sign stands between."""
    for text in ("8 +- 1", "8 ± 1", "8+/-1", "8.0 +-1e0"):
        one = unsure("machine_2.capacity", text)
        places = (np.arange(20_000) + 0.5) / 20_000
        values = [one.quantile(float(place)) for place in places]

        assert np.mean(values) == pytest.approx(8, rel=1e-4)
        assert np.std(values) == pytest.approx(1, rel=1e-2)


@given(st.floats(0.01, 0.98), st.floats(0.001, 0.9))
def test_percentiles_are_reproduced(low: float, step: float) -> None:
    """Of a rate as of a share: one in ten is below, and one above."""
    high = low + step * (1 - low)
    value = {"machine_2.conversion": (low + high) / 2, "sales.capacity": low}
    said = {"p10": low, "p90": high}
    line = LINE.changed(value).changed(uncertain=dict.fromkeys(value, said))

    for one in uncertain_of(line).values():
        assert one.quantile(0.1) == pytest.approx(low)
        assert one.quantile(0.9) == pytest.approx(high)
        assert one.interval[0] < one.mean < one.interval[1]


def test_known_cases() -> None:
    """Two stages, 8 +- 1 and 9 +- 1: the first is slower in 76.0 % of all cases."""
    known = {"sd": 1, "distribution": "normal"}
    line = LINE.changed(
        uncertain={
            "machine_2.capacity": {"mean": 8, **known},
            "sales.capacity": {"mean": 9, **known},
        }
    )
    first, second = uncertain_of(line).values()
    grid = (np.arange(400) + 0.5) / 400
    ones = np.array([first.quantile(float(u)) for u in grid])
    others = np.array([second.quantile(float(u)) for u in grid])
    slower = np.minimum.outer(ones, others)

    assert np.mean(np.less.outer(ones, others)) == pytest.approx(0.760250, abs=5e-4)
    assert slower.mean() == pytest.approx(7.800359, abs=5e-4)


# -- what a scenario keeps of it -------------------------------------------------------


def test_every_form_is_read_and_written_as_it_was() -> None:
    """Short where people write it short, and all of it is there again."""
    scenario = load(VALID / "uncertain.yaml")
    text = dump(scenario)

    assert "  repair.capacity: {mean: 8, sd: 1, distribution: normal}\n" in text
    assert "  qualify.capacity: 36 +- 4\n" in text
    assert "  flow.meet->closing: {won: 24, of: 40}\n" in text
    assert read(text, "again.yaml") == scenario
    assert list(scenario.measure) == [
        *("qualify.capacity", "flow.meet->repair", "qualify.conversion")
    ]


UNSURE = LINE.changed(
    uncertain={
        "machine_1.rate": "6 +- 1",
        "machine_2.capacity": "8 +- 1",
        "machine_2.conversion": {"won": 12, "of": 40},
    },
    measure={"machine_2.capacity": {"cost": 5}, "machine_1.rate": {}},
)


@pytest.mark.parametrize(
    ("path", "value", "gone"),
    [
        ("machine_2.capacity", 20, "machine_2.capacity"),
        ("machine_2.rate", 20, "machine_2.capacity"),
        ("machine_1.capacity", 20, "machine_1.rate"),
        ("machine_1.servers", 5, None),
        ("machine_2.servers", 5, None),
        ("machine_2.capacity", 8, None),
        ("sales.capacity", 3, None),
    ],
)
def test_what_is_set_is_known(path: str, value: float, gone: str | None) -> None:
    """A new value is meant: nobody is told that it contradicts the file."""
    new = UNSURE.changed({path: value})

    assert new.uncertain.keys() == UNSURE.uncertain.keys() - {gone}
    assert new.measure.keys() == UNSURE.measure.keys() - {gone}
    assert new.uncertain.items() <= UNSURE.uncertain.items()


def test_what_is_set_on_the_command_line_is_known() -> None:
    """An override is a new value, too."""
    new = load(VALID / "uncertain.yaml", {"repair.capacity": "30"})

    assert "repair.capacity" not in new.uncertain
    assert len(new.uncertain) == 19


def test_stages_that_are_replaced_take_their_doubts_along() -> None:
    """What is left of the doubts is said of what is left of the stages."""
    stages = dict(UNSURE.stages)
    del stages["machine_1"]
    flow = ["machine_2 -> machine_3 -> sales -> market"]

    new = UNSURE.changed(stages=stages, flow=flow)

    assert list(new.uncertain) == ["machine_2.capacity", "machine_2.conversion"]
    assert list(new.measure) == ["machine_2.capacity"]


def test_doubts_are_no_difference() -> None:
    """How surely a number is known is no value of a parameter."""
    assert differences(LINE, UNSURE) == ()


def test_a_node_may_measure_and_none_is_called_uncertain() -> None:
    """One of the two words begins a section of the file alone."""
    text = dump(LINE)

    assert "measure" in read(text.replace("machine_3", "measure"), "x.yaml").stages
    with pytest.raises(ScenarioError, match="is a word of this file format"):
        read(text.replace("machine_3", "uncertain"), "x.yaml")


# -- draws -----------------------------------------------------------------------------


def stage_of(scenario: Scenario, name: str) -> Stage:
    """Return a stage by its name."""
    stage = scenario.stages[name]
    assert isinstance(stage, Stage)
    return stage


def test_a_draw_has_the_quantiles_that_were_asked_for() -> None:
    """One chance for each uncertain number, in the order of the file."""
    new = drawn(UNSURE, [0.5, 0.025, 0.9])
    of = uncertain_of(UNSURE)
    first, second = stage_of(new, "machine_1"), stage_of(new, "machine_2")

    assert first.rate == of["machine_1.rate"].quantile(0.5)
    assert second.capacity == of["machine_2.capacity"].quantile(0.025)
    assert second.conversion == of["machine_2.conversion"].quantile(0.9)
    assert (new.uncertain, new.measure) == ({}, {})
    assert drawn(new, []) == new


def test_a_generator_draws_too_and_the_same_again() -> None:
    """Means of many draws are those of the distributions."""
    source = np.random.default_rng(5)
    many = [stage_of(drawn(UNSURE, source), "machine_2") for _ in range(400)]

    speeds = [level(alone(stage.capacity), 0) for stage in many]
    assert np.mean(speeds) == pytest.approx(8, abs=0.2)
    assert drawn(UNSURE, np.random.default_rng(5)).stages["machine_2"] == many[0]


@pytest.mark.parametrize("chances", [[0.5], [0.5] * 4, [0.5, 0.5, 0], [1, 0.5, 0.5]])
def test_chances_that_are_none_are_refused(chances: list[float]) -> None:
    """Too few, too many, or not between 0 and 1."""
    with pytest.raises(ValueError, match="chances"):
        drawn(UNSURE, chances)


BRANCHES = Scenario.model_validate(
    {
        "format": 1,
        "name": "branches",
        "stages": {
            "a": {"kind": "machine", "capacity": 8},
            **{name: {"kind": "machine", "capacity": 9} for name in "bcd"},
        },
        "flow": [{"a -> b": 0.5}, {"a -> c": 0.3}, {"a -> d": 0.2}],
    }
)


def shares(scenario: Scenario) -> list[Any]:
    """Return the shares of all ways."""
    return [way.share for way in scenario.flow]


def test_shares_that_were_counted_together_are_drawn_together() -> None:
    """They make up 1 in each draw; each is drawn of those who went no way before."""
    won = {"b": 20, "c": 12, "d": 8}
    said = {f"flow.a->{name}": {"won": n, "of": 40} for name, n in won.items()}
    unknown = BRANCHES.changed(uncertain=said)
    grid = [(step + 0.5) / 24 for step in range(24)]
    found = np.array(
        [shares(drawn(unknown, [one, two, 0.5])) for one in grid for two in grid]
    )
    first, second = stats.beta(20.5, 20.5), stats.beta(12.5, 8.5)
    square = first.moment(2) * second.moment(2)  # of 1 - first, which is like first

    assert found.sum(axis=1) == pytest.approx(1)
    assert found.mean(axis=0) == pytest.approx(
        [0.5, 0.5 * 12.5 / 21, 0.5 * 8.5 / 21], abs=1e-3
    )
    assert found[:, 0].std() == pytest.approx(first.std(), rel=0.03)
    assert found[:, 1].std() == pytest.approx(
        np.sqrt(square - (0.5 * 12.5 / 21) ** 2), rel=0.03
    )


def test_shares_that_are_known_give_way_in_proportion() -> None:
    """Where all of them make up 1; what no way takes, or an unlabelled one, is left."""
    said = {"flow.a->b": "0.5 +- 0.1"}
    unknown = BRANCHES.changed(uncertain=said)
    b = uncertain_of(unknown)["flow.a->b"].quantile(0.9)
    lossy = BRANCHES.changed({"flow.a->c": 0.1})
    rest = BRANCHES.changed(flow=[{"a -> b": 0.5}, {"a -> c": 0.3}, "a -> d"])

    assert shares(drawn(unknown, [0.9])) == pytest.approx(
        [b, (1 - b) * 3 / 5, (1 - b) * 2 / 5]
    )
    assert shares(drawn(lossy.changed(uncertain=said), [0.9])) == [b, 0.1, 0.2]
    assert shares(drawn(rest.changed(uncertain=said), [0.9])) == [b, 0.3, None]


def test_a_share_that_is_left_over_may_be_uncertain() -> None:
    """It is said of a way without a label: the others then give way."""
    rest = BRANCHES.changed(flow=[{"a -> b": 0.5}, {"a -> c": 0.3}, "a -> d"])
    unknown = rest.changed(uncertain={"flow.a->d": "0.2 +- 0.05"})
    d = uncertain_of(unknown)["flow.a->d"].quantile(0.2)

    assert shares(drawn(unknown, [0.2])) == pytest.approx(
        [(1 - d) * 5 / 8, (1 - d) * 3 / 8, d]
    )


def test_a_known_share_that_changes_gives_way_at_all_times() -> None:
    """A profile is scaled where it must be."""
    over_time = {"profile": [[0, 0.5], [9, 0.3]]}
    line = BRANCHES.changed({"flow.a->d": 0, "flow.a->c": over_time})
    unknown = line.changed(uncertain={"flow.a->b": "0.5 +- 0.1"})

    b, c, _ = shares(drawn(unknown, [0.9]))

    assert isinstance(c, Profile)
    assert c.values == pytest.approx((1 - b, (1 - b) * 0.6))


@given(
    st.lists(st.floats(0.0005, 0.9995), min_size=2, max_size=2),
    st.sampled_from(["b", "c", "d"]),
    st.sampled_from(["b", "c", "d"]),
)
def test_no_draw_takes_more_than_all(
    chances: list[float], one: str, other: str
) -> None:
    """Whichever ways are uncertain, in whatever form."""
    said = {
        f"flow.a->{one}": {"p10": 0.1, "p90": 0.8},
        f"flow.a->{other}": {"p10": 0.2, "p90": 0.7},
    }
    unknown = BRANCHES.changed(uncertain=said)
    new = drawn(unknown, chances[: len(said)])

    assert sum(shares(new)) == pytest.approx(1)
    assert all(share >= 0 for share in shares(new))


# -- files of times --------------------------------------------------------------------


TIMES = (0.5, 1.0, 1.5, 3.0, 2.0)


def with_times(folder: Path, text: str, path: str = "machine_3.time") -> Scenario:
    """Return the line, whose times were measured, from a file in a folder."""
    (folder / "times.csv").write_text(text, encoding="utf-8")
    content = dump(LINE.changed({"machine_3.time": 1.6}))
    said = f"uncertain:\n  {path}: {{file: times.csv, column: days}}\n"
    (folder / "line.yaml").write_text(content + said, encoding="utf-8")
    return load(folder / "line.yaml")


def test_measured_times_are_weighed_anew(tmp_path: Path) -> None:
    """The Bayesian bootstrap: its mean is the sample's, its variance s2 / (n + 1)."""
    line = with_times(tmp_path, "id,days\n" + "".join(f"1,{x}\n" for x in TIMES))
    one = uncertain_of(line)["machine_3.time"]
    assert one.times is not None
    means, cvs = one.times.resampled(np.random.default_rng(1), 40_000)

    assert one.times.times == TIMES
    assert one.mean == pytest.approx(np.mean(TIMES))
    assert one.times.cv == pytest.approx(np.std(TIMES) / np.mean(TIMES))
    assert means.mean() == pytest.approx(np.mean(TIMES), rel=0.01)
    assert means.std() == pytest.approx(np.std(TIMES) / np.sqrt(6), rel=0.02)
    assert 0 < cvs.min() < one.times.cv < cvs.max()
    for chance in CHANCES[1:-1]:
        expected = np.quantile(means, chance)
        assert one.quantile(chance) == pytest.approx(expected, rel=0.04)


def test_mean_and_cv_of_measured_times_go_together(tmp_path: Path) -> None:
    """Where the file says a cv, the draw has one too; a cv of its own goes first."""
    line = with_times(tmp_path, "days\n1\n2\n6\n")
    quiet = line.changed({"machine_3.cv": None})
    of_its_own = line.changed(
        uncertain={**line.uncertain, "machine_3.cv": "0.5 +- 0.01"}
    )

    def third(scenario: Scenario, *chances: float) -> Stage:
        return stage_of(drawn(scenario, chances), "machine_3")

    assert third(line, 0.9).time == uncertain_of(line)["machine_3.time"].quantile(0.9)
    assert third(line, 0.9).cv not in (None, 0.5)
    assert third(quiet, 0.9).cv is None
    assert third(of_its_own, 0.9, 0.5).cv == pytest.approx(0.5, rel=0.01)


def test_times_tell_of_rates_too(tmp_path: Path) -> None:
    """One over the mean time, times the servers where it is of all of them."""
    line = with_times(tmp_path, "days\n0.1\n0.1\n0.1\n", "sales.capacity")
    three = line.changed({"sales.servers": 3})
    alone = uncertain_of(line)["sales.capacity"]
    together = uncertain_of(three)["sales.capacity"]

    assert alone.mean == pytest.approx(10)
    assert together.mean == pytest.approx(30)
    assert alone.quantile(0.3) == pytest.approx(10)


def test_a_long_chance_is_a_slow_rate(tmp_path: Path) -> None:
    """Quantiles of a rate rise with the chance, as all quantiles do."""
    line = with_times(tmp_path, "days\n0.1\n0.2\n0.06\n", "sales.capacity")
    (one,) = uncertain_of(line).values()

    assert one.quantile(0.1) < one.quantile(0.5) < one.quantile(0.9)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffdays;who\n1,5;a\n2,5;b\n",
        "who\tdays\na\t1.5\nb\t2,5\n",
        'days,"a,b"\n1.5,x\n\n2.5',
    ],
)
def test_files_as_people_save_them(tmp_path: Path, text: str) -> None:
    """Semicolons and decimal commas, tabs, marks at the beginning, empty lines."""
    line = with_times(tmp_path, text)

    assert uncertain_of(line)["machine_3.time"].mean == 2


BAD_FILES = {
    "": "there is no column of that name in 'times.csv' (found 'days')",
    "day\n1\n2\n": "there is no column of that name in 'times.csv' (found 'days')\n"
    "    hint: did you mean 'day'?",
    "days\n1\n": "needs at least 2 times, and one above 0 (found 'days')",
    "days\n0\n0\n": "needs at least 2 times, and one above 0 (found 'days')",
    "days\n1\nx\n-2\ninf\n": "times.csv:3: must be a time, 0 or more (found 'x')\n"
    "uncertain.machine_3.time.column: times.csv:4: must be a time, 0 or more "
    "(found '-2')\nuncertain.machine_3.time.column: times.csv:5: must be a time, "
    "0 or more (found 'inf')",
}


@pytest.mark.parametrize("text", BAD_FILES, ids=repr)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, text: str) -> None:
    """All of it, with its lines, as soon as the file is read."""
    line = with_times(tmp_path, text)

    with pytest.raises(ScenarioError) as refused:
        drawn(line, [0.5])
    begin = "uncertain.machine_3.time.column: "
    assert str(refused.value).startswith(f"{begin}{BAD_FILES[text]}")


def test_a_file_that_is_not_there_is_told_when_it_is_needed(tmp_path: Path) -> None:
    """The scenario itself is read, and runs, without it."""
    line = with_times(tmp_path, "days\n1\n2\n")
    (tmp_path / "times.csv").unlink()
    again = load(tmp_path / "line.yaml")

    assert again == line
    with pytest.raises(ScenarioError) as refused:
        drawn(again, [0.5])
    assert str(refused.value) == (
        "uncertain.machine_3.time.file: there is no such file (found 'times.csv')\n"
        f"    hint: it is looked for at {tmp_path / 'times.csv'}, beside the scenario "
        "file"
    )


@pytest.mark.parametrize("content", [b"\xff\xfe\x00d", b"days\n1\x00\n"])
def test_a_file_that_is_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    """Whatever is in it."""
    line = with_times(tmp_path, "days\n1\n2\n")
    (tmp_path / "times.csv").write_bytes(content)

    with pytest.raises(ScenarioError, match="cannot be read: it is no table in UTF-8"):
        drawn(line, [0.5])


def test_another_process_finds_the_file_too(tmp_path: Path) -> None:
    """Where the scenario file lies goes along, and is no part of what it says."""
    line = with_times(tmp_path, "days\n1\n3\n")
    again = pickle.loads(pickle.dumps(line))  # noqa: S301 - our own

    assert again == line
    assert uncertain_of(again)["machine_3.time"].mean == 2
    assert str(tmp_path) not in dump(line)
