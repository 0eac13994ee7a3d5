"""A server of pages as a user starts it, and requests as anybody may send them."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

JSON = {"content-type": "application/json"}

ROOT = Path(__file__).parents[2]
TRACED = ("-m", "coverage", "run", f"--rcfile={ROOT / 'pyproject.toml'}")
"""What runs a program and counts its lines: beside those of the tests."""


@dataclass(frozen=True)
class Served:
    """A server that runs in a process of its own."""

    process: subprocess.Popen[str]
    port: int

    def ask(
        self,
        body: Any = None,
        *,
        path: str = "/answer",
        method: str = "POST",
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request, and return its status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        try:
            connection.request(
                method, path, None if method == "GET" else sent, {**JSON, **named}
            )
            answer = connection.getresponse()
            said = {key.lower(): value for key, value in answer.getheaders()}
            return answer.status, said, answer.read()
        finally:
            connection.close()

    def answered(self, body: Any) -> dict[str, Any]:
        """Return what the engine says."""
        status, _, said = self.ask(body)
        assert status == 200, said
        answer: dict[str, Any] = json.loads(said)
        return answer

    def connected(self, sent: bytes = b"") -> socket.socket:
        """Return a connection over which something was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(sent)
        return connection

    def raw(self, sent: bytes) -> bytes:
        """Send bytes as they are, and return all that comes back."""
        with self.connected(sent) as connection:
            return received(connection)


def received(connection: socket.socket) -> bytes:
    """Return what comes until the other side ends it."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        pass  # what had come before is there
    return found


def command(*arguments: str) -> list[str]:
    """Return the command that serves; its lines count where those of this test do."""
    traced = () if Coverage.current() is None else TRACED
    serve = (*traced, "-m", "toc_sim", "serve", "--no-browser")
    return [sys.executable, *serve, "--lang", "en", *arguments]


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    """Serve, and end it."""
    with subprocess.Popen(
        command("--port", "0", *arguments), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[0]
            yield Served(process, int(address.rstrip("/").rpartition(":")[2]))
        finally:
            process.terminate()
            process.wait(30)
