"""What was written comes back, whatever the separator, the encoding and the packing."""

from __future__ import annotations

import csv
import gzip
import tempfile
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from helpers.record_files import (
    cells_of,
    notice_of,
    read_file,
    read_text,
    surveyed_text,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.records.records_file import opened
from toc_sim.records.refusal import RecordsError

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
    | st.sampled_from(',;|"\n x'),
    max_size=8,
)


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    """Draw rows of three words, the first of which no other row has."""
    rows = draw(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=12))
    return [[f"id{number}", *row] for number, row in enumerate(rows)]


@settings(max_examples=15)
@given(
    rows=_tables(),
    separator=st.sampled_from(",;|\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
)
def test_words_come_back_as_they_were_written(
    rows: list[list[str]], separator: str, encoding: str, end: str, *, packed: bool
) -> None:
    """With quotes, separators and ends of lines in them; blanks around are not kept."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=end)
    writer.writerow(["case", "one", "two"])
    writer.writerows(rows)
    content = text.getvalue().encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(gzip.compress(content) if packed else content)
        table = read_file(path, {"case": "words", "one": "words", "two": "words"})

    blanks = " \t\r\n\v\f\u00a0\u202f\u2007"
    for place, header in enumerate(("case", "one", "two")):
        wanted = [row[place].strip(blanks) or None for row in rows]
        assert cells_of(table, header) == wanted
    assert table.lines.tolist() == list(range(1, len(rows) + 1))


def test_only_what_is_wanted_is_read_in_compact_arrays(tmp_path: Path) -> None:
    """A column as words, numbers or moments; rows in the order of the file."""
    table = read_text(
        tmp_path,
        "case,stage,amount,at\n7,Won,10.5,2024-01-02 06:00\n8,Lost,,2024-01-01\n"
        "9,Won,3,\n",
        {"stage": "words", "amount": "numbers", "at": "moments"},
    )

    assert list(table.columns) == ["stage", "amount", "at"]
    assert cells_of(table, "amount") == [10.5, None, 3]
    stage, at = table.columns["stage"], table.columns["at"]
    assert stage.codes.dtype == np.int32  # type: ignore[union-attr]
    assert tuple(stage.words) == ("Won", "Lost")  # type: ignore[union-attr]
    assert at.days.tolist()[:2] == [1.25, 0]  # type: ignore[union-attr]
    assert f"{at.origin:%Y-%m-%d}" == "2024-01-01"  # type: ignore[union-attr]
    assert (table.rows, table.read) == (3, 3)


def test_the_survey_tells_each_column(tmp_path: Path) -> None:
    """Its kind, how many cells are filled, how many differ, and the first of them."""
    path = tmp_path / "deals.csv"
    path.write_text(
        "id,stage,amount,closed,note\n"
        "007,Won,10.5,2024-01-31,\n008,Won,3,,\n009,Lost,4,2024-02-01,\n"
    )
    with opened(path) as file:
        survey = file.survey

    assert survey.rows == 3
    assert [column.kind for column in survey.columns] == [
        "words",  # zeros that say nothing: a name
        "words",
        "numbers",
        "moments",
        "empty",
    ]
    stage, closed = survey.column("stage"), survey.column("closed")
    assert (stage.filled, stage.distinct, stage.samples) == (3, 2, ("Won", "Lost"))
    assert (closed.filled, closed.layout) == (2, "year-month-day")
    with pytest.raises(KeyError):
        survey.column("owner")


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the name that was meant, or those that there are."""
    text = "case,stage\n1,Won\n2,Lost\n"
    with pytest.raises(RecordsError, match="did you mean 'stage'"):
        read_text(tmp_path, text, {"stgae": "words"})
    with pytest.raises(RecordsError, match="it has 'case' and 'stage'"):
        read_text(tmp_path, text, {"amount": "words"})
    with pytest.raises(RecordsError, match="has no column 'amount'"):
        read_text(tmp_path, text, {}, {"amount": "day first"})


@pytest.mark.parametrize("kind", ["numbers", "moments"])
def test_words_are_not_taken_for_what_they_are_not(tmp_path: Path, kind: str) -> None:
    """A column that is neither numbers nor moments is refused as such, with a cell."""
    text = "case,stage\n1,Won\n2,Lost\n"

    with pytest.raises(RecordsError, match=rf"'stage' does not hold {kind}.*'Won'"):
        read_text(tmp_path, text, {"stage": kind})  # type: ignore[dict-item]


def test_a_file_is_read_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    """A pattern of names in its own is no pattern, and CSV may be called anything."""
    path = tmp_path / "deals [2024]*.xlsx"
    path.write_text("case,stage\n1,Won\n2,Lost\n")

    assert cells_of(read_file(path), "stage") == ["Won", "Lost"]


def test_many_different_words_are_kept_as_one_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And are a sequence of words all the same."""
    monkeypatch.setattr("toc_sim.records.packed_words.FEW_WORDS", 2)
    table = read_text(tmp_path, "word,x\nÄhre,1\nb,2\nc,3\nÄhre,4\nd,5\n")
    words = table.columns["word"].words  # type: ignore[union-attr]

    assert cells_of(table, "word") == ["Ähre", "b", "c", "Ähre", "d"]
    assert list(words[1:3]) == ["b", "c"]
    assert (len(words), words[-1]) == (4, "d")
    with pytest.raises(IndexError):
        words[4]


def test_rows_are_handed_out_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many parts, the rows are the same and in their order."""
    rows = "".join(f"k{n % 5},{n},2024-01-{n % 28 + 1:02d}\n" for n in range(100))
    whole = read_text(tmp_path, f"key,number,day\n{rows}")
    monkeypatch.setattr("toc_sim.records.row_store.ROWS_AT_ONCE", 7)
    parts = read_text(tmp_path, f"key,number,day\n{rows}")

    for header in ("key", "number", "day"):
        assert cells_of(parts, header) == cells_of(whole, header)


def test_different_cells_are_counted_alike_whether_few_or_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the database, or sorted beside it."""
    text = "a,b\n" + "".join(f"x{n % 7},{n if n % 3 else ''}\n" for n in range(50))
    few = surveyed_text(tmp_path, text)
    monkeypatch.setattr("toc_sim.records.row_store._MANY", 1)
    many = surveyed_text(tmp_path, text)

    assert [column.distinct for column in few.columns] == [7, 33]
    assert [column.distinct for column in many.columns] == [7, 33]


def test_how_a_text_is_cut_is_said_aloud(tmp_path: Path) -> None:
    """The separator and where the names of columns stand."""
    table = read_text(tmp_path, "case;stage\n1;Won\n2;Lost\n")

    assert notice_of(table, "separator") == "Cells stand between semicolons."
    assert notice_of(table, "header") == "The names of the columns stand in line 1."
