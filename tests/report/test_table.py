"""Tables that give way to the window."""

from __future__ import annotations

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from toc_sim.language import speaking
from toc_sim.report.formats import number, printable
from toc_sim.report.text.table import (
    EVERY_COLUMN,
    Column,
    fitted,
    fitting,
    print_report,
    table,
)

NAMES = Column("node", "", ("> first", "  second"), 100, "left")
LOAD = Column("busy", "%", ("99.9", "7.0"), 50)
PEAK = Column("peak", "cup", ("5", "12"), 10)
SHARE = Column("share", "%", ("99.0", "1.0"), 90)
WIDE_SHARE = Column("share", "%", ("99.0 ± 0.1", "1.0 ± 0.1"), 20, shorter=SHARE)

names = st.text(
    st.characters(categories=["L", "N"], include_characters="ж件"), max_size=40
)


def test_a_table_is_aligned() -> None:
    """Names stand left, figures right, and no line ends in blanks."""
    text = table([NAMES, LOAD, PEAK], [True, False]).plain

    assert text.split("\n") == [
        "node      busy  peak",
        "             %   cup",
        "> first   99.9     5",
        "  second   7.0    12",
    ]


def test_the_least_important_column_goes_first() -> None:
    """Told which ones went, in the order of the table."""
    kept, left_out = fitting([NAMES, LOAD, PEAK, SHARE], 22)

    assert [column.name for column in kept] == ["node", "busy", "share"]
    assert left_out == ("peak",)


def test_a_column_says_less_before_it_goes() -> None:
    """The interval of a share goes, which is told, and the share stays."""
    kept, left_out = fitting([NAMES, LOAD, WIDE_SHARE], 22)

    assert kept == (NAMES, LOAD, SHARE)
    assert left_out == ("± of share",)


def test_a_long_name_is_cut_before_a_column_goes() -> None:
    """With a sign that something is missing."""
    long = Column("node", "", ("  " + "x" * 60, "  second"), 100, "left")

    kept, left_out = fitting([long, LOAD, PEAK], 60)

    assert left_out == ()
    assert kept[0].cells[0] == "  " + "x" * 21 + "…"


def test_names_are_cut_before_what_is_essential_goes() -> None:
    """A throughput of importance 97 stays, and so does the name of its node."""
    long = Column("node", "", ("x" * 22, "second"), 100, "left")
    throughput = Column("throughput", "cup/hour", ("8.00", "8.00"), 97)

    kept, left_out = fitting([long, PEAK, throughput], 26)

    assert left_out == ("peak",)
    assert [column.name for column in kept] == ["node", "throughput"]
    assert kept[0].cells == ("x" * 13 + "…", "second")


def test_what_is_left_out_is_named_once_below_all_tables() -> None:
    """Two tables miss one column each, one of them the same as the other."""
    out = StringIO()
    console = Console(file=out, width=22)
    first = fitted([NAMES, LOAD, PEAK, SHARE], 22)
    second = fitted([NAMES, LOAD, PEAK, WIDE_SHARE], 22)

    print_report(console, "An answer.", [first, [second, "A note."]])

    text = out.getvalue()
    assert " ".join(text.split("\n\n")[-1].split()) == (
        "left out for want of width: peak, ± of share; --wide shows all"
    )
    assert text.count("left out") == 1


def test_a_wide_table_is_not_broken_into_the_window() -> None:
    """Every column is there, and every row is one line."""
    out = StringIO()
    drawn = fitted([NAMES, LOAD, PEAK, WIDE_SHARE], EVERY_COLUMN)

    print_report(Console(file=out, width=12), "An answer.", [drawn])

    lines = out.getvalue().splitlines()
    assert lines[-2:] == [
        "> first   99.9     5  99.0 ± 0.1",
        "  second   7.0    12   1.0 ± 0.1",
    ]


@given(st.lists(names, min_size=1, max_size=4), st.integers(24, 120))
def test_a_table_is_never_wider_than_its_window(titles: list[str], width: int) -> None:
    """Whatever the names are, in whatever script."""
    rows = tuple(titles)
    figures = tuple("1,234.5 ± 0.1" for _ in rows)
    columns = [
        Column("node", "", rows, 100, "left"),
        Column("queue", "cup", figures, 50),
        Column("share", "%", figures, 60),
    ]

    kept, left_out = fitting(columns, width)

    lines = table(kept, [False] * len(rows)).plain.split("\n")
    assert max(map(cell_len, lines)) <= width
    assert len(kept) + len(left_out) == len(columns)
    assert kept[0].name == "node"


@given(st.integers(14, 120))
def test_no_number_is_divided_between_two_lines(width: int) -> None:
    """The blank between its thousands is none at which a line may end."""
    with speaking("ru"):
        numbers = [number(-1_234_567.8 * each, 1) for each in range(1, 20)]
    said = printable(" и ".join(numbers))
    file = StringIO()

    print_report(Console(file=file, width=width), said, [(said, "x"), said])

    lines = file.getvalue().split("\n")
    found = [each for line in lines for each in line.split(" ") if each[:1] == "-"]
    assert "\u00a0" in numbers[0]
    assert found == 3 * numbers
    assert max(map(cell_len, lines)) <= width
