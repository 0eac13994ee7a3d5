"""Opens a laboratory with what a user said of workers, cluster and store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from toc_sim.experiment.laboratory import Laboratory, Progress
from toc_sim.experiment.store import Store
from toc_sim.experiment.workplaces import workplace


@dataclass(frozen=True, slots=True)
class Facilities:
    """Where to simulate, and where to keep what came of it.

    Attributes
    ----------
    workers
        Processes; None: all cores, if there is enough to do.
    cluster
        The address of a Dask scheduler, or None.
    store
        The file that keeps results; None: none is kept.
    """

    workers: int | None = None
    cluster: str | None = None
    store: Path | None = None


@contextmanager
def opened(
    facilities: Facilities, progress: Progress | None = None
) -> Iterator[Laboratory]:
    """Yield a laboratory; its store is closed at the end.

    Raises
    ------
    KeyboardInterrupt
        With how to go on, if the work is interrupted.
    """
    place = workplace(facilities.workers, facilities.cluster)
    with _store(facilities.store) as store:
        laboratory = Laboratory(place, store, progress)
        try:
            yield laboratory
        except KeyboardInterrupt:
            raise KeyboardInterrupt(laboratory.how_to_go_on()) from None


def _store(path: Path | None) -> AbstractContextManager[Store | None]:
    return nullcontext() if path is None else Store(path)


def default_store() -> Path:
    """Return the file in which results are kept if no other is named."""
    from platformdirs import user_state_path

    return user_state_path("toc-sim", appauthor=False) / "runs.sqlite"
