"""Sources and markets of many products are lifted together, and that is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import diagnose, load
from toc_sim.constraint.proof import prove
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network
from toc_sim.report.documents.run import run_document
from toc_sim.report.figures.run import draw_run
from toc_sim.report.run_summary import findings


def shop(folder: Path, count: int, pace: float) -> Network:
    """Return so many products, each wanted once a day, through a machine."""
    names = [f"p{number}" for number in range(count)]

    def each(value: object) -> str:
        return "{" + ", ".join(f"{name}: {value}" for name in names) + "}"

    file = folder / f"{count}.yaml"
    file.write_text(
        f"""format: 1
name: Shop
item: unit
period: day
products: {each("{}")}
stages:
  orders: {{kind: source, arrivals: {each(3)}}}
  machine: {{kind: machine, rate: {each(pace * count)}}}
  market: {{kind: market, demand: {each(1)}}}
flow: [orders -> machine -> market]
run: {{horizon: 200, warmup: 10, replications: 1}}
""",
        encoding="utf-8",
    )
    return network_of(load(file))


def test_a_few_products_are_lifted_one_by_one_and_many_together(tmp_path: Path) -> None:
    """What is lifted by itself: an owner, or a source or market of many products."""
    few, many = shop(tmp_path, 5, 2.0), shop(tmp_path, 25, 2.0)

    assert few.lifted_alone == few.owners
    assert many.lifted_alone == (
        ("orders", "source"),
        ("market", "market"),
        ("machine", "stage"),
    )


def test_a_node_of_many_products_is_lifted_as_each_of_them_in_turn(
    tmp_path: Path,
) -> None:
    """Lifting it is lifting all of its products, and nothing else."""
    net = shop(tmp_path, 25, 2.0)
    one_by_one = net
    for node in net.nodes:
        if node.place == "market":
            one_by_one = one_by_one.lifted(node.name, 1.1)

    assert net.lifted("market", 1.1).nodes == one_by_one.nodes
    assert net.lifted("market", 1.1).nodes != net.nodes


@pytest.mark.parametrize(
    ("pace", "constraint"), [(4.0, "market"), (0.5, "machine")], ids=["fast", "slow"]
)
def test_the_node_that_binds_is_named_before_its_products(
    tmp_path: Path, pace: float, constraint: str
) -> None:
    """The market binds where the machine has time left, else the machine does."""
    runs = simulate(shop(tmp_path, 25, pace))
    verdict = diagnose(runs)
    shares = {owner.name: owner.share.mean for owner in verdict.shares}

    assert verdict.constraint == (constraint,)
    assert shares[constraint] == pytest.approx(1, abs=0.1)
    assert set(shares) == {"orders", "market", "machine"}
    assert "25 of orders and 25 of market" in verdict.explanation


def test_products_that_were_not_lifted_alone_have_no_share(tmp_path: Path) -> None:
    """The report gives the share of the node, and none of its products."""
    runs = simulate(shop(tmp_path, 25, 4.0))
    verdict = diagnose(runs)
    proofs = prove(runs, verdict)
    nodes = run_document(findings(runs, verdict, proofs))["nodes"]

    assert nodes["market/p3"]["share"] is None
    assert nodes["market"]["share"].mean == pytest.approx(1, abs=0.1)
    assert nodes["market"]["capacity"] == pytest.approx(25)
    assert {proof.name: round(proof.dual, 6) for proof in proofs} == {
        "orders": 0,
        "market": 1,
        "machine": 0,
    }


def test_many_products_can_be_drawn(tmp_path: Path) -> None:
    """The figure has room for a node beside its products, which is the one marked."""
    runs = simulate(shop(tmp_path, 25, 4.0))
    verdict = diagnose(runs)
    found = findings(runs, verdict, prove(runs, verdict))
    picture = tmp_path / "shop.svg"
    draw_run(found, picture)
    heads = [row.title for row in found.rows if row.is_constraint]

    assert heads == ["market"]
    assert "market" in picture.read_text(encoding="utf-8")
