"""How soon a page is answered: the 95th percentile of many requests, one at a time.

``python benchmarks/serve.py [SCENARIO] [REQUESTS]`` starts the server, moves the first
slider of the scenario a little for each request, and prints what that took. Each
request is a connection of its own, as for a browser.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter

from toc_sim import load
from toc_sim.web.offer import offer

WARM = 10
"""Requests before those that count."""


@contextmanager
def server(*arguments: str) -> Iterator[int]:
    """Start it, and yield its port."""
    command = (sys.executable, "-m", "toc_sim", "serve", "--port", "0", "--no-browser")
    with subprocess.Popen(  # noqa: S603 - the installed program
        (*command, *arguments), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[0]
            yield int(address.rstrip("/").rpartition(":")[2])
        finally:
            process.terminate()


def times(port: int, bodies: Iterator[bytes]) -> Iterator[float]:
    """Yield what each request took [ms]."""
    for body in bodies:
        start = perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(
            "POST", "/answer", body, {"content-type": "application/json"}
        )
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status == 200, read
        connection.close()
        yield 1000 * (perf_counter() - start)


def bodies(scenario: str, count: int) -> Iterator[bytes]:
    """Yield requests, no two alike."""
    slider = next(iter(offer(load(scenario)).sliders.values()))
    for number in range(count):
        value = slider.value * (0.9 + 0.2 * number / count)
        yield json.dumps({"changes": {slider.path: value}}).encode()


def main(scenario: str = "scenarios/paper_cups.yaml", count: str = "200") -> None:
    """Measure, and print."""
    with server(scenario) as port:
        every = list(times(port, bodies(scenario, WARM + int(count))))[WARM:]
    cuts = quantiles(every, n=100)
    print(
        f"{scenario}: {len(every)} requests, median {cuts[49]:.0f} ms, "
        f"95th percentile {cuts[94]:.0f} ms, longest {max(every):.0f} ms"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
