"""Findings of real runs that several tests read; each is simulated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import diagnose, load, network_of, simulate
from toc_sim.constraint.proof import prove
from toc_sim.report.run_summary import Findings, findings

ROOT = Path(__file__).parents[2]
SHORT = {"run.horizon": "60", "run.warmup": "5", "run.replications": "3"}


def found(file: str, *, proven: bool = False, **overrides: str) -> Findings:
    """Run a scenario of the repository for a short time, with some changes."""
    changes = {path.replace("__", "."): value for path, value in overrides.items()}
    scenario = load(str(ROOT / file), {**SHORT, **changes})
    runs = simulate(network_of(scenario))
    verdict = diagnose(runs)
    return findings(runs, verdict, prove(runs, verdict) if proven else ())


@pytest.fixture(name="cups", scope="session")
def _cups() -> Findings:
    """Paper cups without chance."""
    return found("scenarios/paper_cups.yaml", proven=True)


@pytest.fixture(name="random_cups", scope="session")
def _random_cups() -> Findings:
    """Paper cups with chance."""
    length = {"run__horizon": "400", "run__replications": "8"}
    return found("scenarios/paper_cups_random.yaml", proven=True, **length)


@pytest.fixture(name="company", scope="session")
def _company() -> Findings:
    """Run a service company: a source, a pool, failures, repeat customers, money."""
    return found("tests/scenario/valid/every_key.yaml")


@pytest.fixture(name="clinic", scope="session")
def _clinic() -> Findings:
    """Run a clinic whose exams take a doctor and a chair at once."""
    return found("tests/scenario/valid/joint_work.yaml")


@pytest.fixture(name="shop", scope="session")
def _shop() -> Findings:
    """Run the P and Q exercise: two products that compete for one machine."""
    return found("scenarios/p_and_q.yaml")


@pytest.fixture(name="limited", scope="session")
def _limited() -> Findings:
    """Paper cups of which so few may be inside that this is the constraint."""
    return found("scenarios/paper_cups.yaml", release__conwip="2")


@pytest.fixture(name="mix", scope="session")
def _mix() -> Findings:
    """Two products, one constraint, and customers who come back."""
    return found("tests/scenario/valid/two_products.yaml")
