"""A question that was asked, recorded with its answer's runs under one name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.store.store import Member
from toc_sim.experiment.variant import VariantRuns
from toc_sim.scenario.file.dump import dump, inline
from toc_sim.scenario.model import Scenario

NAME_LETTERS = 12
"""Of a run's name: enough that no two questions share it."""


@dataclass(frozen=True)
class Study:
    """A question, and the laboratory that answers it.

    Attributes
    ----------
    laboratory
        Where it is answered.
    command
        What is asked, as on a command line, without where and how fast.
    scenario
        What it is asked of.
    """

    laboratory: Laboratory
    command: str
    scenario: Scenario

    @cached_property
    def id(self) -> str:
        """The name of the study: the same question always has the same."""
        text = f"{self.command}\n{dump(self.scenario)}"
        return sha256(text.encode()).hexdigest()[:NAME_LETTERS]

    def begin(self) -> None:
        """Record that it was asked, if there is a store."""
        if self.laboratory.store is not None:
            self.laboratory.store.begin(self.id, self.command, self.scenario)

    def finish(self, variants: Iterable[VariantRuns]) -> str | None:
        """Record what it consists of; return its name, or None without a store."""
        store = self.laboratory.store
        if store is None:
            return None
        store.finish(self.id, _members(variants))
        return self.id


def _members(variants: Iterable[VariantRuns]) -> Iterator[tuple[str, Member]]:
    """Yield every replication of every variant, with the key of its result."""
    for place, variant in enumerate(variants):
        model = variant.model
        inputs = {name: recordable(value) for name, value in model.inputs.items()}
        for number, result in enumerate(variant.results):
            yield (
                model.key(number),
                Member(place, model.name, inputs, number, variant.earned(result)),
            )


def recordable(value: Any) -> Any:
    """Return a value as a cell of a table: a number, or text for all else."""
    if value is None or isinstance(value, int | float | str):
        return value
    return inline(value)
