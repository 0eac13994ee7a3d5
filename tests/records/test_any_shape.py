"""Files become records: which shape, which columns, and what joins what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.record_tables import csv, day, kinds, notice

from toc_sim.errors import TocError
from toc_sim.records.shapes.any_shape import RecordsRead, records_from
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

DEALS = """
    Deal ID,Deal Stage,Create Date,Close Date,Amount,Deal owner,product,note
    1,Won,2024-01-01,2024-02-01,100,ann,GTXPro,a
    2,Lost,2024-01-02,2024-02-05,0,bob,Basic,b
    3,Talk,2024-01-03,,,ann,Basic,c
    4,Won,2024-01-04,2024-02-07,300,bob,Basic,d
"""


def visits_of(read: RecordsRead) -> Visits:
    assert read.visits is not None
    return read.visits


def taken(read: RecordsRead) -> dict[str, str]:
    """Return by role the header that was taken."""
    return {each.role: each.header for each in read.columns}


def test_a_snapshot_shows_what_it_took(tmp_path: Path) -> None:
    """Each column that was taken is shown with its role; the others are named."""
    read = records_from([csv(tmp_path, "deals.csv", DEALS)])

    assert read.shape == "snapshot"
    assert taken(read) == {
        "stage": "Deal Stage",
        "case": "Deal ID",
        "created": "Create Date",
        "closed": "Close Date",
        "amount": "Amount",
        "owner": "Deal owner",
        "product": "product",
    }
    assert read.unused == ("deals.csv: note",)
    assert visits_of(read).outcome.tolist() == [
        CASE_WON,
        CASE_LOST,
        CASE_OPEN,
        CASE_WON,
    ]
    assert "deals.csv is a snapshot" in notice(read.notices, "shape").sentence


def test_files_beside_are_joined_and_what_is_misspelt_is_told(tmp_path: Path) -> None:
    """A likely spelling is proposed with what depends on it, and used if it is said."""
    paths = [
        csv(tmp_path, "deals.csv", DEALS),
        csv(tmp_path, "products.csv", "product,series\nGTX Pro,G\nBasic,B\nOld,B"),
        csv(tmp_path, "other.csv", "colour,price\nred,1\nblue,2"),
    ]

    read = records_from(paths)
    strange = notice(read.notices, "names that do not join")

    assert strange.evidence == {
        "name": "GTXPro",
        "cases": 1,
        "money": 100,
        "likely": "GTX Pro",
    }
    assert "25.0 %" in strange.sentence
    assert visits_of(read).attributes["series"].codes.tolist() == [-1, 1, 1, 1]
    assert "file not used" in kinds(read.notices)
    assert "GTX Pro and Old" in notice(read.notices, "names without cases").sentence
    said = records_from(paths, ColumnsAsked(spellings={"GTXPro": "GTX Pro"}))
    assert visits_of(said).attributes["series"].codes.tolist() == [0, 1, 1, 1]
    assert "names that do not join" not in kinds(said.notices)


def test_many_names_that_do_not_join_are_told_in_short(tmp_path: Path) -> None:
    """Three one by one, the others in one sentence; so are cases without a name."""
    rows = "\n".join(f"{n},Won,2024-01-0{n + 1},c{n}" for n in range(6))
    deals = f"Deal ID,Stage,Create Date,client\n{rows}\n7,Talk,2024-01-01,"
    paths = [
        csv(tmp_path, "deals.csv", deals),
        csv(tmp_path, "clients.csv", "client,Stage,sector\nc0,x,food\nzz,y,cars"),
    ]

    notices = records_from(paths).notices

    found = [each for each in notices if each.kind == "names that do not join"]
    assert [each.evidence.get("cases") for each in found] == [1, 1, 1, 2]
    assert notice(notices, "cases without a name").evidence == {"cases": 1, "of": 7}


LEADS = """
    mql_id,first_contact_date,origin
    a,2024-01-01,web
    b,2024-01-02,fair
    b,2024-01-05,fair
    c,2024-01-03,
    ,2024-01-03,web
    d,2024-01-03,web
    e,2024-01-03,web
"""
WINS = """
    mql_id,won_date,sr_id,amount,origin
    c,2024-01-02,ann,70,shop
    a,2024-02-01,bob,,shop
    zz,2024-02-01,bob,5,shop
    a,2024-03-01,bob,9,shop
    d,2024-03-01,bob,9,shop
    e,2024-03-01,bob,9,shop
"""


def test_deals_of_one_title_are_several(tmp_path: Path) -> None:
    """A title is no key: two deals may be called alike, and both count."""
    text = """
    Opportunity Name,Stage,Created Date
    Renewal,Closed Won,2024-01-01
    Renewal,Talk,2024-01-02
    Renewal,Talk,2024-01-03
    """

    read = records_from([csv(tmp_path, "deals.csv", text)])

    assert visits_of(read).outcome.tolist() == [CASE_WON, CASE_OPEN, CASE_OPEN]


def test_leads_and_wins_are_joined(tmp_path: Path) -> None:
    """In either order: what does not join, stands twice or cannot be is told."""
    paths = [csv(tmp_path, "wins.csv", WINS), csv(tmp_path, "leads.csv", LEADS)]

    read = records_from(paths)
    visits = visits_of(read)

    assert read.shape == "joined"
    assert visits.names == ("a", "b", "c", "d", "e")
    assert visits.outcome.tolist() == [
        CASE_WON,
        CASE_OPEN,
        CASE_WON,
        CASE_WON,
        CASE_WON,
    ]
    assert not visits.tells_losses
    assert visits.closed[0] == 31
    assert [visits.owners[each] for each in visits.owner[[0, 2]]] == ["bob", "ann"]
    assert visits.owner[1] == -1
    assert visits.amount[2] == 70
    assert np.isnan(visits.created[2])
    assert [each.rows for each in read.dropped] == [1, 1, 1, 1]
    assert notice(read.notices, "wins without a lead").evidence["rows"] == 1
    assert "leads.csv: row 4" in notice(read.notices, "closed before it came").sentence
    origin = visits.attributes["origin"]
    assert origin.words[origin.codes[0]] == "web"


def test_leads_that_tell_their_wins_are_one_file(tmp_path: Path) -> None:
    """A date of wins in the file of leads is enough."""
    text = "lead id,created,won at\n1,2024-01-01,2024-01-05\n2,2024-01-01,"

    read = records_from([csv(tmp_path, "leads.csv", text)])

    assert read.shape == "joined"
    assert visits_of(read).outcome.tolist() == [CASE_WON, CASE_OPEN]
    assert visits_of(read).stages == ("lead", "won")


def test_leads_and_wins_that_share_no_key_are_refused(tmp_path: Path) -> None:
    """Nothing joins: the message says by which column it was tried."""
    leads = csv(tmp_path, "leads.csv", "lead id,created\n1,2024-01-01\n2,2024-01-01")
    wins = csv(tmp_path, "wins.csv", "lead id,won date\n8,2024-01-01\n9,2024-01-02")

    with pytest.raises(TocError, match=r"wins.csv: no row joins a lead by 'lead id'"):
        records_from([leads, wins])


def test_an_event_log_is_known_by_the_names_of_pm4py(tmp_path: Path) -> None:
    """Equal columns beside them do no harm, nor does a column that only looks so."""
    text = f"""
    case:concept:name,concept:name,Activity,start_timestamp,time:timestamp,org:resource
    k,cut,cut,{day(0)},{day(1)},ann
    k,pack,pack,{day(2)},{day(3)},bob
    """

    read = records_from([csv(tmp_path, "log.csv", text)])

    assert read.shape == "event log"
    assert taken(read)["activity"] == "concept:name"
    assert visits_of(read).tells_starts


def test_what_somebody_says_of_columns_counts(tmp_path: Path) -> None:
    """Any header can have any role; a role that the shape has not is told."""
    text = f"a,b,c,d\nk,cut,{day(0)},x\nk,pack,{day(1)},x"
    path = csv(tmp_path, "log.csv", text)
    asked = ColumnsAsked({"case": "a", "activity": "log.csv:b", "items": "d"})

    read = records_from([path], asked)

    assert taken(read) == {"case": "a", "activity": "b", "time": "c"}
    assert "the only column" in read.columns[-1].why
    told = notice(read.notices, "column not used").sentence
    assert "d was said to be the items" in told


def test_a_role_or_header_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """The nearest one is named."""
    path = csv(tmp_path, "deals.csv", DEALS)

    with pytest.raises(TocError, match=r"no column can be the 'ownr'\n.*'owner'"):
        records_from([path], ColumnsAsked({"ownr": "Deal owner"}))
    with pytest.raises(TocError, match=r"'Deal Stag', which is not there\n.*Stage'"):
        records_from([path], ColumnsAsked({"stage": "Deal Stag"}))
    with pytest.raises(TocError, match=r"no shape of records is called 'snap'"):
        records_from([path], ColumnsAsked(shape="snap"))
    with pytest.raises(TocError, match=r"no stage is called 'Gate'"):
        records_from([path], ColumnsAsked(outside=("Gate",)))
    with pytest.raises(TocError, match=r"no file of records is given"):
        records_from([])


def test_two_columns_that_fit_equally_are_refused(tmp_path: Path) -> None:
    """Both are named, and what to write; columns that say the same are one."""
    text = f"case,activity,task,time\nk,cut,c,{day(0)}\nk,pack,c,{day(1)}"
    same = f"case,activity,task,time\nk,cut,c,{day(0)}\nk,pack,p,{day(1)}"
    path = csv(tmp_path, "log.csv", text)

    with pytest.raises(TocError, match=r"'activity' and 'task' could.*\n.*y: activity"):
        records_from([path])
    alike = records_from([csv(tmp_path, "same.csv", same)])
    assert taken(alike)["activity"] == "activity"
    said = records_from([path], ColumnsAsked({"activity": "task"}))
    assert taken(said)["activity"] == "task"


def test_two_columns_for_a_role_that_is_not_needed_are_told(tmp_path: Path) -> None:
    """Neither is taken, and the file is read all the same."""
    text = """
    Deal ID,Stage,Created,owner,sales rep
    1,Won,2024-01-01,a,x
    2,Won,2024-01-02,a,y
    """

    read = records_from([csv(tmp_path, "deals.csv", text)])

    assert "owner" not in taken(read)
    told = notice(read.notices, "columns that fit equally").sentence
    assert "owner and sales rep could each be the owner" in told


def test_a_file_of_no_shape_is_refused_with_its_columns(tmp_path: Path) -> None:
    """What is missing to the nearest shape, what looks like it, and what there is."""
    text = "case,activity,time,x\nk,cut,soon,1\nk,pack,late,2\nx,pack,never,2"

    with pytest.raises(TocError) as refusal:
        records_from([csv(tmp_path, "log.csv", text)])

    said = str(refusal.value)
    assert "log.csv: no column tells the time of an event log" in said
    assert "case: case and activity: activity" in said
    assert "column 'time' holds words, not dates" in said
    assert "it has the columns 'case', 'activity', 'time' and 'x'" in said


def test_a_file_that_tells_nothing_is_refused(tmp_path: Path) -> None:
    """Also one of two of which neither tells of cases."""
    first = csv(tmp_path, "first.csv", "colour,price\nred,1\nblue,2")
    second = csv(tmp_path, "second.csv", "shade,weight\nred,1\nblue,2")

    with pytest.raises(TocError, match=r"first.csv: no column tells"):
        records_from([first])
    with pytest.raises(TocError, match=r"no column tells|no two files"):
        records_from([first, second])


def test_two_files_of_cases_are_refused(tmp_path: Path) -> None:
    """Each tells cases of its own: which to read is for people to say."""
    first = csv(tmp_path, "old.csv", DEALS)
    second = csv(tmp_path, "new.csv", DEALS.replace("product,note", "goods,remark"))

    with pytest.raises(TocError, match=r"each of old.csv \(snapshot\) and new.csv"):
        records_from([first, second])


def test_clients_with_a_state_stand_beside_the_deals(tmp_path: Path) -> None:
    """A file with one row for a name of many cases is beside, though it has dates."""
    deals = """
    Deal ID,Stage,Create Date,client
    1,Won,2024-01-01,c1
    2,Talk,2024-01-02,c1
    3,Talk,2024-01-02,c2
    """
    clients = "client,status,created\nc1,active,2023-01-01\nc2,gone,2023-02-01"

    read = records_from(
        [csv(tmp_path, "clients.csv", clients), csv(tmp_path, "deals.csv", deals)]
    )

    assert visits_of(read).cases == 3
    assert visits_of(read).attributes["status"].codes.tolist() == [0, 0, 1]


def entered(stage: str) -> str:
    """Return the header of HubSpot for the day on which a deal came to a stage."""
    return f'"Date entered ""{stage} (Sales Pipeline)"""'


HISTORIES = {
    "jira": f"""
    issue key,status from,status to,status change date,created
    k,To do,Doing,{day(1)},{day(0)}
    k,Doing,Done,{day(3)},{day(0)}
    """,
    "salesforce fields": f"""
    OpportunityId,Field,OldValue,NewValue,CreatedDate
    k,created,,,{day(0)}
    k,StageName,To do,Doing,{day(1)}
    k,StageName,Doing,Done,{day(3)}
    """,
    "salesforce stages": f"""
    OpportunityId,StageName,CreatedDate,CloseDate,Amount
    k,To do,{day(0)},{day(9)},5
    k,Doing,{day(1)},{day(9)},5
    k,Done,{day(3)},{day(9)},5
    """,
    "hubspot": f"""
    Deal ID,{entered("To do")},{entered("Doing")},{entered("Done")},Deal Stage
    k,{day(0)},{day(1)},{day(3)},Done
    """,
    "russian": f"""
    Номер сделки;Старый этап;Новый этап;Дата изменения;Дата создания
    k;To do;Doing;{day(1)};{day(0)}
    k;Doing;Done;{day(3)};{day(0)}
    """,
}


@pytest.mark.parametrize("kind", HISTORIES)
def test_histories_of_many_systems_tell_the_same(tmp_path: Path, kind: str) -> None:
    """Three stages of one case, however the system keeps them."""
    read = records_from([csv(tmp_path, "history.csv", HISTORIES[kind])])
    visits = visits_of(read)

    assert read.shape == "stage history"
    assert [visits.stages[each] for each in visits.stage] == ["To do", "Doing", "Done"]
    assert np.allclose(visits.arrived, [0, 1, 3])
    assert visits.outcome.tolist() == [CASE_WON]


def test_dates_whose_order_was_said_are_read_so(tmp_path: Path) -> None:
    """Where no day is above 12, somebody must say which is the day."""
    text = "Deal ID,Stage,Create Date\n1,Won,02/03/2024\n2,Talk,04/05/2024"
    path = csv(tmp_path, "deals.csv", text)

    with pytest.raises(TocError):
        records_from([path])
    by_day = visits_of(records_from([path], ColumnsAsked(date_order="day first")))
    by_month = visits_of(
        records_from([path], ColumnsAsked(layouts={"Create Date": "month first"}))
    )
    assert (by_day.begin.month, by_month.begin.month) == (3, 2)


def test_a_shop_with_its_clients_tells_purchases(tmp_path: Path) -> None:
    """Customer, date and amount are enough; a list of clients is joined."""
    sales = "customer id,date,amount\n1,2024-01-01,5\n2,2024-01-02,6\n1,2024-01-09,7"
    clients = "customer id,city\n1,Rome\n2,Oslo"

    read = records_from(
        [csv(tmp_path, "sales.csv", sales), csv(tmp_path, "clients.csv", clients)]
    )

    assert read.shape == "transactions"
    assert read.visits is None
    assert read.purchases is not None
    assert read.purchases.customers == 2
    assert "city" in read.purchases.attributes
    assert records_from([tmp_path / "sales.csv"]).purchases is not None
