"""How columns are read is said aloud, and what looks wrong in them."""

from __future__ import annotations

from pathlib import Path

from helpers.record_files import notice_of, surveyed_text


def test_ranges_that_excel_took_for_dates_are_told(tmp_path: Path) -> None:
    """A column of months is none of them."""
    rows = "".join(
        f"{n},{range_},{month}\n"
        for n, (range_, month) in enumerate(
            [("1-5", "Jan-24"), ("20-May", "Feb-24"), ("20-50", "Mar-24")]
        )
    )
    survey = surveyed_text(tmp_path, f"n,size,month\n{rows}")
    told = [each for each in survey.notices if each.kind == "turned into dates"]

    assert len(told) == 1
    assert "'size' like '20-May'" in told[0].sentence


def test_columns_that_are_read_alike_are_told_in_one_sentence(tmp_path: Path) -> None:
    """And plain numbers and dates are not told at all."""
    survey = surveyed_text(
        tmp_path,
        "n;from;to;net;gross;at\n1;31.01.2024;31.01.2024;1,5;2,5;2024-01-02\n"
        "2;01.02.2024;28.02.2024;1.000,5;2.000,5;2024-01-03\n",
    )

    assert notice_of(survey, "order of day and month") == (
        "'from' and 'to' are read as day.month.year, as 31.01.2024 in row 1 proves."
    )
    assert notice_of(survey, "numbers") == (
        "Numbers of 'net' and 'gross' are read with decimal comma, thousands apart by "
        "'.'."
    )
    assert notice_of(survey, "moments") == ""
