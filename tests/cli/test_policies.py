"""What `toc-sim run --policies` tries, names and refuses to promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from toc_sim import Scenario
from toc_sim.cli import main
from toc_sim.engine.effort import effort
from toc_sim.network.build import network as network_of

SHORT = ("--replications", "6")

BOB = """\
format: 1
name: shared person at both ends
resources: {{bob: {{servers: 1{dispatch}}}}}
stages:
  src: {{kind: source, arrivals: {arrivals}, distribution: exponential}}
  a: {{kind: team, resource: bob, time: 0.1, cv: 1}}
  b: {{kind: team, capacity: 6, cv: 1}}
  c: {{kind: team, resource: bob, time: 0.1, cv: 1}}
  market: {{kind: market, demand: 17, distribution: exponential}}
flow: [src -> a -> b -> c -> market]
run: {{horizon: 300, warmup: 30}}
"""

SHIFT = """\
format: 1
name: one shift at the constraint
item: piece
period: hour
calendars:
  day: {cycle: 24, open: [[8, 16]]}
stages:
  a: {kind: machine, capacity: 10, cv: 0.5, buffer: 10}
  b: {kind: machine, capacity: 12, cv: 0.5, buffer: 10, calendar: day}
  c: {kind: machine, capacity: 10, cv: 0.5, buffer: 10}
  market: {kind: market, demand: 30}
flow: [a -> b -> c -> market]
run: {horizon: 240, warmup: 24}
"""

PLAIN = """\
format: 1
name: nothing is decided by rule
stages:
  a: {kind: machine, capacity: 10}
  b: {kind: machine, capacity: 8}
flow: [a -> b]
run: {horizon: 20, warmup: 2}
"""


def run(path: Path, text: str, *options: str) -> Result:
    """Run a scenario that is written to a file."""
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["run", str(path), *SHORT, *options])


def constraint(path: Path, text: str, *options: str) -> dict[str, Any]:
    """Return what a run as JSON says of the constraint."""
    result = run(path, text, *options, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)["constraint"]
    return found


def kinds(found: dict[str, Any]) -> set[str]:
    """Return what kinds of policies were tried."""
    return {each["kind"] for each in found["policies"]}


def test_an_order_of_work_is_tried_only_if_it_is_asked_for(tmp_path: Path) -> None:
    """Where nothing is lost nothing is suspected; who asks gets an answer all the same.

    With few arrivals an order of work brings nothing, and the source stays what binds.
    """
    file, text = (
        tmp_path / "n.yaml",
        BOB.format(arrivals=4, dispatch=", dispatch: fifo"),
    )

    alone = constraint(file, text)
    asked = constraint(file, text, "--policies")

    assert kinds(alone) == set()
    assert kinds(asked) == {"order"}
    assert [each["is_constraint"] for each in asked["policies"]] == [False] * 3
    assert alone["nodes"] == asked["nodes"] == ["src"]


def test_an_order_of_work_that_is_the_constraint_is_named(tmp_path: Path) -> None:
    """Whoever begins what comes and does not end it: c first makes it three times."""
    file, text = tmp_path / "n.yaml", BOB.format(arrivals=30, dispatch="")

    found = constraint(file, text, "--policies")

    assert found["nodes"] == ["bob.dispatch"]
    assert found["policies"][0]["change"] == "c first"
    assert found["policies"][0]["gain"]["mean"] == pytest.approx(2, rel=0.1)


def test_hours_and_buffers_are_tried_together(tmp_path: Path) -> None:
    """Opening hours bring far more than a place more before any stage."""
    file = tmp_path / "n.yaml"

    found = constraint(file, SHIFT, "--policies")

    assert kinds(found) == {"hours", "buffer"}
    assert found["kind"] == "policy"
    first, *others = found["policies"]
    assert (first["kind"], first["place"]) == ("hours", "day")
    assert first["gain"]["mean"] > 4 * max(each["gain"]["mean"] for each in others)
    assert not any(each["is_constraint"] for each in others)


def test_where_there_is_no_policy_it_is_said_and_the_line_is_run(
    tmp_path: Path,
) -> None:
    """Nothing to try is no fault, but it is told; the answer stays what it is."""
    file = tmp_path / "n.yaml"

    with_it = run(file, PLAIN, "--policies", "--json")

    assert with_it.exit_code == 0
    assert "there is no policy to try" in with_it.stderr
    assert with_it.stdout == run(file, PLAIN, "--json").stdout
    assert run(file, PLAIN).stderr == ""


def test_every_step_counts_in_the_estimate() -> None:
    """Steps are runs: so many more replications at most, for each of them."""
    stages = {"a": {"kind": "machine", "rate": 1e6, "cv": 1}}
    document = {"format": 1, "name": "n", "stages": stages, "flow": []}
    net = network_of(Scenario.model_validate(document))

    without, with_three = effort(net), effort(net, policies=3)

    assert with_three.runs - without.runs == 3 * net.scenario.run.replications
    assert with_three.seconds > without.seconds


TOOLS = """\
tools:
  rule: {effects: {c.priority: {set: 1}}}
  faster: {effects: {a.time: {scale: 0.9}}}
"""


@pytest.mark.parametrize("command", ["compare", "sweep", "breakdown", "roadmap"])
def test_other_questions_try_policies_too(tmp_path: Path, command: str) -> None:
    """It is another question, kept under another name; verdicts tell what was tried."""
    file, text = (
        tmp_path / "n.yaml",
        BOB.format(arrivals=4, dispatch=", dispatch: fifo"),
    )
    file.write_text(text + TOOLS, encoding="utf-8")
    vary = ("--vary", "run.seed=7") if command == "sweep" else ()
    store = ("--store", str(tmp_path / "store.sqlite"))

    def documents(*options: str) -> dict[str, Any]:
        asked = [command, str(file), *SHORT, *vary, *store, *options, "--json"]
        result = CliRunner().invoke(main, asked)
        assert result.exit_code == 0, result.output
        assert result.stderr == ""
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    alone, asked = documents(), documents("--policies")

    assert alone["run"] != asked["run"]
    if command in {"compare", "breakdown"}:
        assert kinds(alone["baseline"]["constraint"]) == set()
        assert kinds(asked["baseline"]["constraint"]) == {"order"}
