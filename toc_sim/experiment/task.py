"""One run to be made: a variant's network and the number of a replication."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from toc_sim.engine.either import engine_for, run
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network
from toc_sim.scenario.values import Profile

ROOMS = ("engine", "network", "scenario", "streams.py")
"""The code that every figure of a run comes from."""


@dataclass(frozen=True)
class Work:
    """What all replications of one variant have in common.

    Attributes
    ----------
    network
        What is simulated; horizon and seed are its scenario's.
    warmup
        The time before measuring begins [periods], the same for all variants.
    """

    network: Network
    warmup: float

    @cached_property
    def digest(self) -> str:
        """The content that decides every figure of a run, as a hash.

        Titles, money and tools are not in it: another price meets the same runs.
        """
        settings = self.network.scenario.run
        content = {
            "engine": [engine_for(self.network), engine_version()],
            "nodes": [asdict(node) for node in self.network.nodes],
            "resources": [asdict(pool) for pool in self.network.resources],
            "release": asdict(self.network.release),
            "seed": settings.seed,
            "horizon": settings.horizon,
            "warmup": self.warmup,
        }
        text = json.dumps(content, default=_plain, sort_keys=True)
        return sha256(text.encode()).hexdigest()

    @property
    def most(self) -> int | None:
        """The most replications that tell anything: 1 without chance, else any."""
        return 1 if self.network.is_deterministic else None


@dataclass(frozen=True)
class Task:
    """One replication of a variant: pure, so that it may run anywhere."""

    work: Work
    replication: int

    @property
    def key(self) -> str:
        """Under which its result is stored: what is equal is run once."""
        return f"{self.work.digest}-{self.replication}"


def performed(task: Task) -> RunResult:
    """Run a task."""
    settings = task.work.network.scenario.run
    return run(
        task.work.network,
        seed=settings.seed,
        replication=task.replication,
        horizon=settings.horizon,
        warmup=task.work.warmup,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Profile):
        return value.profile
    dumped = getattr(value, "model_dump", None)
    if dumped is None:
        raise TypeError(type(value))
    return dumped()


@cache
def engine_version() -> str:
    """Return which code the figures come from: a release, and a hash of its rooms.

    Whatever is simulated by other code is another result, in a working copy too.
    """
    own = files("toc_sim")
    code = sha256()
    for room in ROOMS:
        for text in _sources(own / room):
            code.update(text)
    return f"{version('toc-sim')}+{code.hexdigest()[:12]}"


def _sources(place: Traversable) -> Iterator[bytes]:
    """Yield the code of a file or folder, the same however lines end."""
    if place.is_dir():
        for each in sorted(place.iterdir(), key=lambda file: file.name):
            yield from _sources(each)
    elif place.name.endswith(".py"):
        yield place.read_bytes().replace(b"\r\n", b"\n")
