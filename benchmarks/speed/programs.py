"""Who takes part: the two engines, the other libraries, and the limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from speed.lines import Line

Runner = Callable[[Line, int], int]


@dataclass(frozen=True, slots=True)
class Program:
    """One that runs lines.

    Attributes
    ----------
    key
        Its short name.
    title
        What it is called in the table.
    package
        What has to be installed for it.
    place
        Its module and function, as in ``speed.ours:simpy``.
    part
        What part of the periods it runs: the slow ones run less, for their speed is
        the same.
    """

    key: str
    title: str
    package: str
    place: str
    part: float = 1.0

    @property
    def version(self) -> str | None:
        """The version that is installed, or None."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None

    def runner(self) -> Runner:
        """Return what runs a line; this imports the library."""
        module, _, name = self.place.partition(":")
        found: Runner = getattr(import_module(module), name)
        return found


PLAIN = Program("plain", "plain SimPy", "simpy", "speed.peers.plain_simpy:run")
OURS = (
    Program("simpy", "**toc_sim, SimPy**", "toc-sim", "speed.ours:simpy"),
    Program("compiled", "**toc_sim, compiled**", "toc-sim", "speed.ours:compiled"),
)
PEERS = (
    PLAIN,
    Program("ciw", "Ciw", "ciw", "speed.peers.with_ciw:run", 0.2),
    Program("salabim", "salabim", "salabim", "speed.peers.with_salabim:run", 0.1),
    Program("simantha", "Simantha", "simantha", "speed.peers.with_simantha:run", 0.2),
    Program("cimba", "Cimba (C)", "cimba", "speed.peers.with_cimba:run"),
)
LIMIT = Program("limit", "the limit", "numba", "speed.peers.limit:run")
PROGRAMS = (*OURS, *PEERS, LIMIT)


def load() -> None:
    """Import all that are installed.

    Cimba must be imported before Numba compiles anything, or cannot compile itself.
    """
    for program in installed():
        program.runner()


def installed(programs: tuple[Program, ...] = PROGRAMS) -> tuple[Program, ...]:
    """Return those that can run here."""
    return tuple(program for program in programs if program.version)
