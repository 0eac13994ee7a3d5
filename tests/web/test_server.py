"""The server of pages: the engine's figures for its own page, else a refusal."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import psutil
import pytest
from helpers.served import Served, command, received, serving

from toc_sim import load, run
from toc_sim.web.asked import Asked, Refusal
from toc_sim.web.offer import offer
from toc_sim.web.worker_pool import MOST_WAITING, WorkerPool

CUPS = "scenarios/paper_cups_tools.yaml"
MEGABYTE = 1_000_000
HOST = "host: 127.0.0.1:{port}\r\n"


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Served]:
    with serving(CUPS) as server:
        yield server


def reason(body: bytes) -> str:
    """Return why something was refused."""
    said: str = json.loads(body)["refused"]
    return said


def memory(server: Served) -> int:
    """Return the memory of the server and its workers [bytes]."""
    process = psutil.Process(server.process.pid)
    every = (process, *process.children(recursive=True))
    return sum(each.memory_info().rss for each in every)


def test_figures_are_those_of_the_engine(server: Served) -> None:
    """What a slider brings is what `toc_sim.run` says of the same values."""
    scenario = offer(load(CUPS)).scenario.changed(
        {"machine_2.capacity": 9.5, "release.conwip": 12, "run.seed": 3}
    )
    expected = run(scenario, store=False).to_dict()

    found = server.answered(
        {
            "changes": {"machine_2.capacity": 9.5},
            "release": {"conwip": 12},
            "seed": 3,
        }
    )

    assert found["throughput"] == expected["throughput"]
    assert found["nodes"] == expected["nodes"]
    assert found["constraint"]["sentence"] == expected["constraint"]["sentence"]
    assert (found["seed"], found["release"]["limit"]) == (3, 12)


def test_tools_are_at_work(server: Served) -> None:
    """The tool of the constraint moves it; the others alone bring nothing."""
    one = server.answered({"tools": ["new_machine_2"]})
    none = server.answered({"tools": ["new_machine_1"]})

    assert (one["throughput"]["mean"], one["constraint"]["nodes"]) == (9, ["sales"])
    assert none["throughput"]["mean"] == 8


@pytest.mark.parametrize(
    ("release", "policy"),
    [
        ("push", "push"),
        ({"conwip": 4}, "conwip"),
        ({"drum": "machine_2", "buffer": 3}, "drum_buffer_rope"),
    ],
)
def test_each_release_policy(server: Served, release: object, policy: str) -> None:
    """All three policies, from a file that has one of them."""
    assert server.answered({"release": release})["release"]["policy"] == policy


def test_two_pupils_at_once(server: Served) -> None:
    """Neither gets the figures of the other."""
    with ThreadPoolExecutor(2) as pupils:
        slow = [pupils.submit(server.answered, {"changes": {"sales.capacity": 6}})]
        fast = [pupils.submit(server.answered, {"tools": ["new_machine_2"]})]

        assert slow[0].result()["throughput"]["mean"] == 6
        assert fast[0].result()["throughput"]["mean"] == 9


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b"[" * 16_000,
        b'{"seed": ' + b"9" * 15_000 + b"}",
        b'{"changes": {"machine_2.capacity": NaN}}',
        b'{"changes": {"machine_2.capacity": 1e999}}',
        b'{"changes": {"machine_2.capacity": 1e300}}',
        b'{"changes": {"machine_2.capacity": 0}}',
        b'{"changes": {"machine_2.capacity": true}}',
        b'{"changes": {"machine_2.capacity": "9"}}',
        b'{"changes": {"machine_2.capacity": {"profile": [[0, 1]]}}}',
        b'{"changes": {"run.horizon": 1e12}}',
        b'{"changes": {"run.replications": 1000000}}',
        b'{"changes": {"nobody.capacity": 9}}',
        b'{"changes": {"machine_2.capacity": 9, "machine_2.capacity": 10}}',
        b'{"changes": ["machine_2.capacity"]}',
        b'{"tools": "new_machine_2"}',
        b'{"tools": ["a_wish"]}',
        b'{"tools": ["new_machine_2", "new_machine_2"]}',
        b'{"tools": [["new_machine_2"]]}',
        b'{"release": "rope"}',
        b'{"release": {"conwip": 1.5}}',
        b'{"release": {"conwip": 1000000000}}',
        b'{"release": {"drum": "market", "buffer": 3}}',
        b'{"release": {"drum": ["machine_2"], "buffer": 3}}',
        b'{"seed": -1}',
        b'{"seed": 1e300}',
        b'{"scenario": "/etc/passwd"}',
    ],
)
def test_what_is_no_question_is_refused(server: Served, body: bytes) -> None:
    """Bad JSON, numbers out of bounds and names that there are not: 400, in words."""
    status, _, said = server.ask(body)

    assert (status, reason(said)) == (400, "bad")


def test_an_impossible_line_is_told_in_words() -> None:
    """Values that are each allowed, and cannot work together."""
    with serving("scenarios/clinic.yaml") as server:
        status, _, said = server.ask(
            {"changes": {"flow.plan->procedure": 0.9, "flow.plan->curators": 0.9}}
        )

    assert (status, reason(said)) == (400, "impossible")
    assert json.loads(said)["words"]


@pytest.mark.parametrize(
    ("length", "sent"),
    [
        ("content-length: 20000000", b"[" * 0x8000),
        ("transfer-encoding: chunked", b"8000\r\n" + b"[" * 0x8000 + b"\r\n"),
    ],
)
def test_a_huge_body_is_refused_unread(
    server: Served, length: str, sent: bytes
) -> None:
    """At its length, or as soon as it is too long; nobody waits for the rest."""
    head = "POST /answer HTTP/1.1\r\n" + HOST.format(port=server.port)
    head += f"content-type: application/json\r\n{length}\r\n\r\n"

    assert b" 413 " in server.raw(head.encode() + sent)[:20]


def test_a_huge_head_is_refused(server: Served) -> None:
    """Nothing is kept of a request whose head does not end."""
    assert b" 400 " in server.raw(b"GET / HTTP/1.1\r\nx: " + b"a" * 100_000)[:20]


def test_only_json_is_read(server: Served) -> None:
    """A form of a foreign page cannot say that it sends JSON without asking first."""
    status, _, _ = server.ask({}, content_type="text/plain")
    preflight, headers, _ = server.ask(method="OPTIONS")

    assert (status, preflight) == (415, 405)
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"host": "localhost.evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_others_may_not_ask(server: Served, headers: dict[str, str]) -> None:
    """Pages of others in the same browser, whatever name they give this server."""
    for path, method in (("/answer", "POST"), ("/", "GET")):
        status, _, said = server.ask({}, path=path, method=method, **headers)

        assert status == 403
        assert reason(said) in {"host", "origin"}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_page_may_ask(server: Served, name: str) -> None:
    """By the address and by the name of this machine."""
    own = f"{name}:{server.port}"
    status, _, _ = server.ask(
        {}, host=own, origin=f"http://{own}", sec_fetch_site="same-origin"
    )

    assert status == 200


def test_two_hosts_or_none_are_refused(server: Served) -> None:
    """Nobody can choose which of two is looked at."""
    host = HOST.format(port=server.port)
    for hosts in (host + "host: evil.example\r\n", ""):
        said = server.raw(f"GET / HTTP/1.1\r\n{hosts}\r\n".encode())

        assert said[9:12] in {b"400", b"403"}


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/static/../../etc/passwd",
        "//etc/passwd",
        "/answer/",
        "/scenarios/paper_cups.yaml",
        "/%00",
        "http://evil.example/",
    ],
)
def test_no_file_can_be_read(server: Served, path: str) -> None:
    """There are no files: whatever a path looks like, there is nothing."""
    own = f"127.0.0.1:{server.port}"
    status, _, said = server.ask(path=path, method="GET", host=own)

    assert (status, reason(said)) == (404, "bad")


@pytest.mark.parametrize("path", ["/", "/lesson", "/engine", "/answer", "/nothing"])
def test_every_answer_is_kept_to_its_page(server: Served, path: str) -> None:
    """Not kept, not sniffed, in no frame, with a policy; and no CORS."""
    _, headers, body = server.ask(path=path, method="GET")
    policy = headers["content-security-policy"]

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not [name for name in headers if name.startswith("access-control")]
    assert b"toc_sim/" not in body


def test_it_listens_to_this_machine_alone(server: Served) -> None:
    """No other address is bound."""
    found = psutil.Process(server.process.pid).net_connections(kind="inet")

    assert {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN} == {
        "127.0.0.1"
    }


def test_a_thousand_quick_clicks(server: Served) -> None:
    """Each is answered or told to come again; memory stays, and so does the server."""
    server.answered({})
    before = memory(server)
    bodies = [{"changes": {"machine_1.capacity": 8 + n / 500}} for n in range(1000)]
    with ThreadPoolExecutor(50) as pupils:
        statuses = list(pupils.map(lambda body: server.ask(body)[0], bodies))

    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= MOST_WAITING
    assert memory(server) - before < 100 * MEGABYTE
    assert server.answered({})["throughput"]["mean"] == 8


def test_half_open_connections(server: Served) -> None:
    """Who says nothing, or half of something, keeps nobody else from an answer."""
    host = HOST.format(port=server.port)
    post = f"POST /answer HTTP/1.1\r\n{host}content-type: application/json\r\n"
    begun = (b"", b"GET / HT", f"{post}content-length: 9\r\n\r\n{{".encode())
    start = time.monotonic()
    many = [server.connected(begun[number % 3]) for number in range(90)]

    assert server.answered({})["throughput"]["mean"] == 8

    for connection in many:
        said = received(connection)
        connection.close()

        assert said[9:12] in {b"", b"408"}
    assert time.monotonic() - start < 25


def test_a_flood_of_connections(server: Served) -> None:
    """Those beyond the last are told so; afterwards all is as before."""
    many = [server.connected() for _ in range(140)]
    ends = [received(connection)[9:12] for connection in many]
    for connection in many:
        connection.close()

    assert set(ends) == {b"", b"503"}
    assert server.answered({})["throughput"]["mean"] == 8


def test_many_requests_in_one_connection(server: Served) -> None:
    """One is answered, and the connection is closed."""
    host = HOST.format(port=server.port)
    one = f"GET /nothing HTTP/1.1\r\n{host}\r\n".encode()

    assert server.raw(one * 1000).count(b"HTTP/1.1 404") == 1


def test_what_takes_too_long_is_ended() -> None:
    """Its process is ended, and another takes its place."""

    async def refused(pool: WorkerPool) -> Refusal:
        with pytest.raises(Refusal) as error:
            await pool.answer(Asked())
        return error.value

    others = {child.pid for child in active_children()}  # of tests before this one
    pool = WorkerPool(offer(load(CUPS)), 1, time_limit=1e-6)
    try:
        pool.start()
        before = {child.pid for child in active_children()} - others
        refusal = asyncio.run(refused(pool))
        for _ in range(600):
            after = {child.pid for child in active_children()} - others
            if after and not after & before:
                break
            time.sleep(0.1)
    finally:
        pool.close()

    assert (refusal.status, refusal.reason) == (504, "too_long")
    assert len(after) == 1
    assert not after & before
    assert {child.pid for child in active_children()} <= others


def refused(*arguments: str) -> list[str]:
    """Return what is said where nothing is served."""
    found = subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 1
    return found.stderr.splitlines()


def test_a_scenario_that_takes_too_long_is_not_served() -> None:
    """It is said before anything is opened."""
    assert refused(CUPS, "--set", "machine_1.capacity=1e12")[-2:] == [
        "that is too much to simulate for a page",
        "    hint: slower sources, or a shorter run.horizon, take less",
    ]


def test_a_port_in_use_is_told() -> None:
    """In words, with a hint, and not as a fault of ours."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = refused("--port", port)

    assert said[-2:] == [
        f"--port {port}: is in use",
        "    hint: another one, or 0 for any",
    ]


def test_ctrl_c_ends_it() -> None:
    """With all its processes, and the exit code of an interruption."""
    with serving(CUPS) as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        server.process.send_signal(signal.SIGINT)

        assert server.process.wait(30) == 130
    assert not psutil.wait_procs(children, timeout=10)[1]


def test_what_is_not_installed_is_told() -> None:
    """With what to install."""
    program = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from toc_sim.cli import main\n"
        "main(['serve'])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert found.returncode == 1
    assert found.stderr.splitlines() == [
        "a page over the engine needs Starlette with uvicorn, which is not installed",
        "    hint: pip install 'toc-sim[web]'",
    ]


def test_names_of_the_file_are_text(tmp_path: Path) -> None:
    """Whatever a scenario calls itself, its page runs nothing of it."""
    evil = "</script><img src=x onerror=alert(1)>"
    file = tmp_path / "evil.yaml"
    text = Path("scenarios/paper_cups.yaml").read_text(encoding="utf-8")
    file.write_text(
        text.replace("name: Paper-cup conveyor", f"name: '{evil}'"), encoding="utf-8"
    )
    with serving(str(file)) as server:
        page = server.ask(path="/", method="GET")[2]

    assert evil not in page.decode()
    assert b"<img" not in page


def test_the_lesson_is_served_without_a_scenario() -> None:
    """First the lesson; its line, for the engine, beside it."""
    with serving() as server:
        lesson = server.ask(path="/", method="GET")[2]
        engine = server.ask(path="/engine", method="GET")[2]

        assert b'id="lesson-data"' in lesson
        assert lesson == server.ask(path="/lesson", method="GET")[2]
        assert engine != lesson
        assert server.answered({})["throughput"]["mean"] == 8
