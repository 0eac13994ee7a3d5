"""Serves the pages of a lesson on this machine alone, until somebody ends it."""

from __future__ import annotations

import asyncio
import errno
import socket
import weakref
from collections.abc import Callable
from typing import Any

from toc_sim.errors import Argument, QuestionError, needs
from toc_sim.language import spoken
from toc_sim.lesson.lesson_page import lesson_page
from toc_sim.scenario.model import Scenario
from toc_sim.web.app import application
from toc_sim.web.engine_page import engine_page
from toc_sim.web.offer import offer
from toc_sim.web.worker_pool import TIME_LIMIT, WorkerPool

LOOPBACK = "127.0.0.1"
"""No other machine can ask."""

MOST_CONNECTIONS = 100
"""What is open at a time; more are turned away."""

REQUEST_TIME = 5.0
"""How long a connection may take until its request is there [s]."""

LIFETIME = 30.0
"""How long a connection lives at most [s]."""

MOST_HEADERS = 8_192
"""What the head of a request may have [bytes]."""

FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-type: text/plain\r\ncontent-length: 24\r\n\r\ntoo many are connected.\n"
)
"""What is told to whom no connection is left."""


def needs_web() -> None:
    """Refuse to serve where what it takes is not installed.

    Raises
    ------
    TocError
        With what to install.
    """
    with needs("Starlette with uvicorn", "web", "a page over the engine"):
        import starlette
        import uvicorn
    del starlette, uvicorn


def serve(
    scenario: Scenario,
    *,
    lesson_first: bool,
    port: int,
    time_limit: float = TIME_LIMIT,
    begun: Callable[[str], None],
) -> None:
    """Serve the pages until the process is interrupted.

    Parameters
    ----------
    scenario
        What is simulated.
    lesson_first
        Whether the address alone leads to the lesson, and not to the scenario.
    port
        Where to listen; 0: where nobody does yet.
    time_limit
        What one request may take [s].
    begun
        Called with the address as soon as pages can be read.

    Raises
    ------
    TocError
        If the port is taken, or what it takes is not installed.
    """
    needs_web()
    allowed = offer(scenario)
    lesson, engine = lesson_page(spoken()), engine_page(allowed, spoken())
    pages = {"/": lesson if lesson_first else engine}
    pages |= {"/lesson": lesson, "/engine": engine}
    with listening(port) as listener:
        port = listener.getsockname()[1]
        pool = WorkerPool(allowed, time_limit=time_limit)
        try:
            pool.start()
            app = application(pages, allowed, pool, port)
            _run(app, listener, lambda: begun(f"http://{LOOPBACK}:{port}/"))
        finally:
            pool.close()


def listening(port: int) -> socket.socket:
    """Return a socket of this machine that takes connections.

    Parameters
    ----------
    port
        Where; 0: where nobody does yet.

    Raises
    ------
    QuestionError
        If somebody else listens there, or nobody may.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(MOST_CONNECTIONS)
    except OSError as error:
        listener.close()
        is_taken = error.errno == errno.EADDRINUSE
        what = "is in use" if is_taken else f"cannot be used: {error.strerror}"
        asked = Argument("port", str(port))
        raise QuestionError(asked, what, "another one, or 0 for any") from error
    return listener


def _run(app: Any, listener: socket.socket, begun: Callable[[], None]) -> None:
    """Serve until interrupted."""
    import uvicorn

    protocol: Any = _briefly  # whatever makes a protocol will do
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=MOST_HEADERS,
        timeout_keep_alive=1,
        timeout_graceful_shutdown=1,
    )

    begun()  # the listener takes connections already; they wait a moment
    uvicorn.Server(config).run(sockets=[listener])


def _briefly(**given: Any) -> Any:
    """Return what speaks HTTP on a connection, and ends it in time."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    protocol = H11Protocol(**given)
    connection = weakref.ref(protocol)
    loop = asyncio.get_running_loop()
    loop.call_soon(_turn_away, connection)
    loop.call_later(REQUEST_TIME, _end, connection, True)  # noqa: FBT003 - no names
    loop.call_later(LIFETIME, _end, connection, False)  # noqa: FBT003 - no names
    return protocol


def _turn_away(connection: Callable[[], Any]) -> None:
    """End a connection that is one too many."""
    protocol = connection()
    if protocol is None:
        return
    if protocol.transport is None:  # it is being made
        asyncio.get_running_loop().call_soon(_turn_away, connection)
    elif len(protocol.connections) > MOST_CONNECTIONS:
        protocol.transport.write(FULL)
        protocol.transport.close()


def _end(connection: Callable[[], Any], only_silent: bool) -> None:  # noqa: FBT001 - a loop calls it
    """End a connection, or only one whose request is not there yet."""
    protocol = connection()
    if protocol is None or protocol.transport is None:
        return
    if not only_silent or protocol.cycle is None:
        protocol.transport.abort()
