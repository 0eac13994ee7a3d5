"""Records in, a scenario out, as Python has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import TocError
from toc_sim.interface.calibrate import calibrate

ROOT = Path(__file__).parents[2]
DEALS = ROOT / "scenarios" / "records" / "deals.csv"

PURCHASES = "customer;date;items;amount\n" + "".join(
    f"c{customer};{day:02d}.{month:02d}.2024;2;{10 + customer % 3},50\n"
    for customer in range(60)
    for month in range(1, 13)
    for day in [1 + (7 * customer + month) % 28]
    if (customer + month) % 3
)


def test_an_answer_shows_itself_in_every_way(tmp_path: Path) -> None:
    """Sentence, text, dictionary, picture, card, scenario."""
    answer = calibrate(DEALS, name="Sales")
    picture = answer.plot(tmp_path / "beside.png")

    assert answer.sentence
    assert answer.scenario.name == "Sales"
    assert answer.to_dict()["records"]["shape"] == "event log"
    assert "Closing" in answer.text()
    assert picture.stat().st_size > 10_000
    assert "<table" in answer._repr_html_() or answer._repr_html_()
    assert answer.write(tmp_path / "s.yaml").read_text("utf-8") == answer.record.text
    with pytest.raises(TocError, match="nothing was simulated"):
        answer.table()


def test_purchases_become_customers(tmp_path: Path) -> None:
    """A shop's file is read as one, semicolons and decimal commas and all."""
    file = tmp_path / "orders.csv"
    file.write_text(PURCHASES, encoding="cp1251")
    answer = calibrate([file], period="month")
    page = answer.write_page(tmp_path / "shop.html").read_text("utf-8")

    assert answer.records.shape == "transactions"
    assert answer.shop is not None
    assert answer.to_dict()["shop"]["customers"]["customers"] == 60
    assert "By quarter" in page
    with pytest.raises(TocError, match="no model"):
        answer.plot(tmp_path / "shop.png")


def test_what_is_not_known_is_refused() -> None:
    """A word for dates, a shape, no file at all."""
    with pytest.raises(TocError, match="dates"):
        calibrate(DEALS, dates="yesterday")  # type: ignore[arg-type]
    with pytest.raises(TocError, match="shape"):
        calibrate(DEALS, shape="circle")
    with pytest.raises(TocError, match="no file"):
        calibrate([])
