"""A column of moments is read by one rule, which all its cells decide."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from helpers.record_files import cells_of, notice_of, read_text, surveyed_text
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.records.refusal import RecordsError

LAYOUTS = {
    "%Y-%m-%d": timedelta(days=1),
    "%Y/%m/%d %H:%M": timedelta(minutes=1),
    "%Y-%m-%d %H:%M:%S": timedelta(seconds=1),
    "%Y-%m-%dT%H:%M:%S.%f": timedelta(microseconds=1),
    "%Y-%m-%dT%H:%M:%SZ": timedelta(seconds=1),
    "%Y-%m-%d %H:%M:%S.%f+0000": timedelta(microseconds=1),
    "%Y%m%d": timedelta(days=1),
    "%Y%m%dT%H%M%S": timedelta(seconds=1),
    "%Y%m%d%H%M": timedelta(minutes=1),
    "%d.%m.%Y": timedelta(days=1),
    "%d.%m.%y %H:%M": timedelta(minutes=1),
    "%d-%m-%Y %H:%M:%S": timedelta(seconds=1),
    "%m/%d/%Y %I:%M %p": timedelta(minutes=1),
    "%m/%d/%Y, %I:%M:%S %p": timedelta(seconds=1),
    "%d %B %Y": timedelta(days=1),
    "%d-%b-%y %H:%M": timedelta(minutes=1),
    "%b %d, %Y %I:%M %p": timedelta(minutes=1),
    "%A, %B %d, %Y": timedelta(days=1),
}
"""Ways of writing moments, and what each can tell apart."""

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2048, 12, 31))  # noqa: DTZ001


@settings(max_examples=12)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=20))
def test_moments_come_back_however_they_are_written(moments: list[datetime]) -> None:
    """In any layout, as far as it can tell them, to the microsecond."""
    moments = [*moments, datetime(2024, 5, 31, 14, 30)]  # noqa: DTZ001
    zero = datetime(1970, 1, 1)  # noqa: DTZ001
    columns = {f"at {number}": layout for number, layout in enumerate(LAYOUTS)}
    lines = [
        ";".join([f"id{place}", *(f"{each:{layout}}" for layout in LAYOUTS)])
        for place, each in enumerate(moments)
    ]
    text = "\n".join([";".join(["id", *columns]), *lines])
    with tempfile.TemporaryDirectory() as folder:
        table = read_text(Path(folder), text, dict.fromkeys(columns, "moments"))

    for header, layout in columns.items():
        told = [each - (each - zero) % LAYOUTS[layout] for each in moments]
        assert cells_of(table, header) == told, layout


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["2024-03-05T10:00:00.1234567891Z"], "2024-03-05 10:00:00.123457"),
        (["2024-3-5 1:02"], "2024-03-05 01:02:00"),
        (["3 марта 2024 г. 10:15"], "2024-03-03 10:15:00"),  # noqa: RUF001 - Russian
        (["Sun, 3rd March 2024 at 10:15"], "2024-03-03 10:15:00"),
        (["05.03.24"], "2024-03-05 00:00:00"),
        (["05.03.75"], "1975-03-05 00:00:00"),
        (["12/31/2024 12:05 AM"], "2024-12-31 00:05:00"),
        (["12/31/2024 12:05 p.m."], "2024-12-31 12:05:00"),
        (["2024-02-29"], "2024-02-29 00:00:00"),
        (["20240305T101500Z"], "2024-03-05 10:15:00"),
        (["2024-01-01 10:00:00 UTC[Etc/UTC]"], "2024-01-01 10:00:00"),
    ],
)
def test_a_moment_is_read_to_its_last_digit(
    tmp_path: Path, cells: list[str], read: str
) -> None:
    """As the calendar has it, whatever stands around the digits."""
    text = "n;at\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells))
    table = read_text(tmp_path, text, {"at": "moments"})

    assert str(cells_of(table, "at")[0]) == read


@pytest.mark.parametrize(
    ("header", "cell", "read"),
    [
        ("created at", "1709633700", "2024-03-05 10:15:00"),
        ("timestamp", "1709633700123", "2024-03-05 10:15:00.123000"),
        ("Дата", "45356.427083333336", "2024-03-05 10:15:00"),
        ("date", "45356", "2024-03-05 00:00:00"),
    ],
)
def test_numbers_that_count_time_are_moments_where_the_header_says_so(
    tmp_path: Path, header: str, cell: str, read: str
) -> None:
    """Seconds, milliseconds, and days as Excel counts; elsewhere they are numbers."""
    table = read_text(tmp_path, f"n;{header}\n1;{cell}\n2;{cell}\n")
    other = surveyed_text(tmp_path, f"n;size\n1;{cell}\n2;{cell}\n")

    assert str(cells_of(table, header)[0]) == read
    assert "is read as" in notice_of(table, "moments")
    assert other.column("size").kind == "numbers"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["01/02/2024", "13/02/2024"], "day/month/year, as 13/02/2024 in row 2 proves"),
        (["01/02/2024", "02/13/2024"], "month/day/year, as 02/13/2024 in row 2 proves"),
        (["01.02.2024", "03.02.2024"], "day.month.year, as dates with points are"),
    ],
)
def test_the_order_of_day_and_month_is_inferred_from_all_cells_and_said(
    tmp_path: Path, cells: list[str], order: str
) -> None:
    """With the row that proves it."""
    rows = "".join(f"{n};{cell}\n" for n, cell in enumerate(cells))
    survey = surveyed_text(tmp_path, f"n;at\n{rows}")

    assert notice_of(survey, "order of day and month") == f"'at' is read as {order}."


def test_dates_that_could_be_read_in_two_ways_follow_others_of_the_file(
    tmp_path: Path,
) -> None:
    """Which are written with the same mark."""
    text = "from;to\n01/02/2024;13/02/2024\n03/04/2024;05/04/2024\n"
    table = read_text(tmp_path, text)

    assert [str(day)[:10] for day in cells_of(table, "from")] == [
        "2024-02-01",
        "2024-04-03",
    ]


AMBIGUOUS = "n;at\n1;01/02/2024\n2;03/04/2024\n"


def test_dates_that_nothing_decides_are_refused_until_somebody_says(
    tmp_path: Path,
) -> None:
    """They can still be read as words."""
    survey = surveyed_text(tmp_path, AMBIGUOUS)
    said = read_text(tmp_path, AMBIGUOUS, {"at": "moments"}, {"at": "month first"})

    assert "day and month cannot be told apart" in survey.column("at").trouble
    assert "cannot be told apart" in notice_of(survey, "unreadable column")
    assert str(cells_of(said, "at")[1])[:10] == "2024-03-04"
    assert cells_of(read_text(tmp_path, AMBIGUOUS, {"at": "words"}), "at") == [
        "01/02/2024",
        "03/04/2024",
    ]
    with pytest.raises(RecordsError, match="hint: say which it is, day first or mon"):
        read_text(tmp_path, AMBIGUOUS, {"at": "moments"})


def test_a_column_that_mixes_both_orders_is_refused_with_two_rows(
    tmp_path: Path,
) -> None:
    """Even if somebody wants it so, for half of it would be wrong."""
    text = "n;at\n1;01/02/2024\n2;28/01/2024\n3;01/28/2024\n"

    with pytest.raises(
        RecordsError, match=r"28/01/2024 in row 2, and 01/28/2024 in row 3"
    ):
        read_text(tmp_path, text, {"at": "moments"})


def test_a_column_of_several_layouts_is_refused_with_two_rows(tmp_path: Path) -> None:
    """As Excel leaves them that knew some dates and not others."""
    rows = "".join(
        f"{n};{f'2024-{n:02d}-03' if n % 2 else f'{n + 12}/03/2024'}\n"
        for n in range(1, 13)
    )

    with pytest.raises(
        RecordsError,
        match=r"written in several ways: 2024-01-03 in row 1, 14/03/2024 in row 2",
    ):
        read_text(tmp_path, f"n;at\n{rows}", {"at": "moments"})


def test_moments_that_do_not_exist_are_left_out_and_told(tmp_path: Path) -> None:
    """The 31st of February, 24 o'clock; cells that say nothing are empty."""
    days = [f"{day:02d}.01.2024 08:00" for day in range(1, 29)] * 5
    days[9], days[20], days[30] = "31.02.2024 08:00", "05.01.2024 24:00", "n/a"
    table = read_text(
        tmp_path, "n;at\n" + "".join(f"{n};{day}\n" for n, day in enumerate(days))
    )

    assert [each.rows for each in table.dropped] == [2]
    assert table.dropped[0].why == "what stands in 'at' is no moment"
    assert table.dropped[0].examples == (
        "deals.csv: row 10 ('31.02.2024 08:00')",
        "deals.csv: row 21 ('05.01.2024 24:00')",
    )
    assert (table.rows, table.read) == (138, 140)
    assert table.lines.tolist()[8:11] == [9, 11, 12]
    assert cells_of(table, "at")[28] is None
    said = "1 cell of 'at' says 'n/a' and counts as empty."
    assert notice_of(table, "cells that say nothing") == said


def test_too_many_moments_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    """For the rule is not theirs, then."""
    text = "n;at\n1;2024-02-31\n2;2024-02-30\n3;2024-02-01\n4;2024-02-02\n"

    with pytest.raises(RecordsError, match=r"as row 1 shows \(found '2024-02-31'\)"):
        read_text(tmp_path, text, {"at": "moments"})


SUMMER_AND_WINTER = "".join(
    f"{n};2024-{month:02d}-15 10:00:00{'+02:00' if 4 <= month <= 10 else '+01:00'}\n"
    for n, month in enumerate(range(1, 13))
)


def test_one_place_with_daylight_saving_keeps_its_clock(tmp_path: Path) -> None:
    """Two offsets an hour apart, by the season."""
    table = read_text(tmp_path, f"n;at\n{SUMMER_AND_WINTER}", {"at": "moments"})

    assert {str(each)[11:] for each in cells_of(table, "at")} == {"10:00:00"}
    assert "daylight saving" in notice_of(table, "time zone")
    assert table.columns["at"].zone == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "other", ["+05:00", "+01:00"], ids=["far away", "in the same season"]
)
def test_several_zones_are_brought_to_utc_and_told(tmp_path: Path, other: str) -> None:
    """All columns with them, so that they can be subtracted."""
    rows = "".join(
        f"{n};2024-07-{n + 1:02d}T10:00:00{'+02:00' if n % 2 else other}\n"
        for n in range(20)
    )
    table = read_text(tmp_path, f"n;at\n{rows}", {"at": "moments"})

    assert str(cells_of(table, "at")[1]) == "2024-07-02 08:00:00"
    assert "brought to UTC" in notice_of(table, "time zone")
    assert table.columns["at"].zone == "UTC"  # type: ignore[union-attr]


def test_one_offset_is_kept_and_told(tmp_path: Path) -> None:
    """It may be that of the program that wrote them; those without one are told too."""
    rows = "".join(
        f"{n};2024-07-{n + 1:02d} 10:00{'-03:30' if n else ''}\n" for n in range(20)
    )
    table = read_text(tmp_path, f"n;at\n{rows}", {"at": "moments"})

    assert str(cells_of(table, "at")[1]) == "2024-07-02 10:00:00"
    assert "carry -03:30, and are kept" in notice_of(table, "time zone")
    assert "1 time of day in 'at' carries no" in notice_of(table, "times without zone")


def test_a_day_that_is_written_with_midnight_has_no_time(tmp_path: Path) -> None:
    """The layout has hours, and nothing happens at any of them."""
    text = "n;at;to\n1;2024-01-02 00:00:00;2024-01-02 00:00\n2;2024-01-03;2024-1-2 7:00"
    table = read_text(tmp_path, text, {"at": "moments", "to": "moments"})

    assert not table.columns["at"].has_time  # type: ignore[union-attr]
    assert table.columns["to"].has_time  # type: ignore[union-attr]


def test_numbers_of_eight_digits_are_dates_only_if_all_could_be(tmp_path: Path) -> None:
    """Identifiers are not."""
    text = "id;day\n20240101;20240101\n77777777;20240231\n12345678;19991231\n"
    survey = surveyed_text(tmp_path, text)

    assert survey.column("id").kind == "numbers"
    assert survey.column("day").kind == "moments"
