"""Event logs in XES become rows, with the names that pm4py gives their columns."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from helpers.record_files import cells_of, notice_of, read_file

from toc_sim.records.records_file import opened

BPIC = Path(__file__).parents[3] / "shared" / "data" / "bpic2012" / "bpic2012.xes.gz"

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<x:log xes.version="1.0" xmlns:x="http://www.xes-standard.org/">
 <x:extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
 <x:global scope="event"><x:string key="org:resource" value="UNKNOWN"/></x:global>
 <x:classifier name="Activity" keys="concept:name"/>
 <x:float key="meta" value="1"><x:float key="inner" value="2"/></x:float>
 <x:trace>
  <x:string key="concept:name" value="order 1"/>
  <x:event>
   <x:string key="concept:name" value="A"/>
   <x:date key="time:timestamp" value="2024-01-02T10:00:00.5+01:00"/>
   <x:float key="cost" value="2.5"><x:string key="currency" value="EUR"/></x:float>
   <x:list key="tags"><x:values><x:string key="t" value="x"/></x:values></x:list>
  </x:event>
  <x:event>
   <x:string key="concept:name" value="B &amp; C"/>
   <x:date key="time:timestamp" value="2024-07-02T10:00:00+02:00"/>
   <x:string key="org:resource" value="Anna"/>
  </x:event>
  <x:int key="amount" value="7"/>
 </x:trace>
 <x:trace><x:string key="concept:name" value="order 2"/></x:trace>
 <x:event><x:string key="concept:name" value="lost"/></x:event>
</x:log>
"""


def test_a_log_becomes_rows(tmp_path: Path) -> None:
    """Attributes of cases and events; defaults are not filled in."""
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(LOG.encode()))
    table = read_file(path)

    assert set(table.columns) == {
        "case:concept:name",
        "case:amount",
        "concept:name",
        "time:timestamp",
        "cost",
        "org:resource",
    }
    assert cells_of(table, "case:concept:name") == ["order 1", "order 1", None]
    assert cells_of(table, "case:amount") == [7, 7, None]
    assert cells_of(table, "concept:name") == ["A", "B & C", "lost"]
    assert cells_of(table, "org:resource") == [None, "Anna", None]
    assert cells_of(table, "cost") == [2.5, None, None]
    assert [str(each) for each in cells_of(table, "time:timestamp")[:2]] == [
        "2024-01-02 10:00:00.500000",
        "2024-07-02 10:00:00",
    ]


def test_what_a_log_has_besides_is_told(tmp_path: Path) -> None:
    """Attributes within others, cases without events, events without a case."""
    path = tmp_path / "log.xes"
    path.write_text(LOG)
    with opened(path) as file:
        survey = file.survey

    assert "there are 2" in notice_of(survey, "nested attributes")
    assert "1 case has no events" in notice_of(survey, "cases without events")
    assert "1 event belongs to no case" in notice_of(survey, "events without case")


@pytest.mark.skipif(not BPIC.exists(), reason="the log is not on this machine")
def test_a_real_log_has_all_its_events() -> None:
    """As its publishers count them."""
    with opened(BPIC) as file:
        survey = file.survey

    assert survey.rows == 262_200
    assert survey.column("case:concept:name").distinct == 13_087
    assert survey.column("time:timestamp").kind == "moments"
    assert "daylight saving" in notice_of(survey, "time zone")
