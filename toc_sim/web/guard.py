"""Who may ask: only the pages of this server, from this machine, and briefly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from toc_sim.web.asked import (
    BAD_REQUEST,
    FORBIDDEN,
    NOT_JSON,
    TOO_LARGE,
    Refusal,
)

MOST_BYTES_SENT = 16_384
"""What a request may send [bytes]."""

BODY_TIME = 5.0
"""What it may take to send that [s]."""

HEADERS = (
    (b"cache-control", b"no-store"),
    (b"connection", b"close"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer says: keep nothing, tell nobody, stand in no other page."""

POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'"
"""The content security policy of what is not a page."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Guard:
    """Stands before an application: turns away other hosts and origins.

    A page of somebody else that is open in the same browser can send requests here, by
    the address or, with a name server of its own, under a name of its own. The browser
    says so in `Origin` or `Host`.

    Parameters
    ----------
    app
        What is asked if nothing is wrong.
    port
        Where this server listens.
    """

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        names = ("127.0.0.1", "localhost")
        hosts = [f"{name}:{port}" for name in names]
        hosts += names if port == 80 else ()  # noqa: PLR2004 - what http leaves out
        self._hosts = frozenset(host.encode() for host in hosts)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or turn it away."""
        if scope["type"] != "http":
            return
        guarded = _guarded(send)
        try:
            self._check(scope["headers"])
            await self._app(scope, receive, guarded)
        except Refusal as refusal:
            await _refuse(refusal, guarded)

    def _check(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        said = list(headers)
        hosts = [value.lower() for name, value in said if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            raise Refusal(FORBIDDEN, "host", "this server has another name")
        origins = [value.lower() for name, value in said if name == b"origin"]
        if origins and origins != [b"http://" + hosts[0]]:
            raise Refusal(FORBIDDEN, "origin", "only its own pages may ask")
        sites = [value for name, value in said if name == b"sec-fetch-site"]
        if any(site not in {b"same-origin", b"none"} for site in sites):
            raise Refusal(FORBIDDEN, "origin", "only its own pages may ask")


def _guarded(send: Send) -> Send:
    """Return what sends, and adds the headers that every answer has."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), *HEADERS]
            if not any(name == b"content-security-policy" for name, _ in headers):
                headers.append((b"content-security-policy", POLICY))
            message = {**message, "headers": headers}
        await send(message)

    return guarded


async def _refuse(refusal: Refusal, send: Send) -> None:
    """Send a refusal.

    Parameters
    ----------
    refusal
        What is sent.
    send
        Takes messages.
    """
    body = refusal.body()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send(
        {
            "type": "http.response.start",
            "status": refusal.status,
            "headers": headers,
        }
    )
    await send({"type": "http.response.body", "body": body})


async def body_of(headers: MutableMapping[str, str] | Any, receive: Receive) -> bytes:
    """Return what a request sends.

    Parameters
    ----------
    headers
        By name.
    receive
        Brings it, piece by piece.

    Raises
    ------
    Refusal
        If it is no JSON, too much, or comes too slowly.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(NOT_JSON, "bad", "a request is application/json")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:9]) > MOST_BYTES_SENT:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_TIME):
            return await _read(receive)
    except TimeoutError as error:
        raise Refusal(408, "bad", "the request came too slowly") from error


async def _read(receive: Receive) -> bytes:
    found = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(BAD_REQUEST, "bad", "the request is not whole")
        found += message.get("body", b"")
        more = message.get("more_body", False)
        if len(found) > MOST_BYTES_SENT:
            raise _too_large()
    return bytes(found)


def _too_large() -> Refusal:
    words = f"a request has {MOST_BYTES_SENT} bytes at most"
    return Refusal(TOO_LARGE, "too_large", words)
