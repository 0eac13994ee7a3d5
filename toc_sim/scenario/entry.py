"""The base of everything in a scenario: immutable, strict, deaf to unknown keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

CONTRADICTIONS = "contradictions"
"""The type under which pydantic reports what an entry says against itself."""

PROBLEMS = "problems"
"""The type under which pydantic reports what is wrong between entries."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an entry says against itself, or leaves unsaid.

    Attributes
    ----------
    what
        In words.
    key
        The key at fault; None: the entry as a whole.
    wants
        Keys of which one is missing, where that is the fault.
    """

    what: str
    key: str | None = None
    wants: tuple[str, ...] = ()


class Entry(BaseModel):
    """A piece of a scenario: immutable, strict, and deaf to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False
    )

    @classmethod
    def contradictions(
        cls,
        given: Mapping[str, Any],  # noqa: ARG003 - most entries cannot contradict
    ) -> Iterator[Contradiction]:
        """Yield what the given fields say against each other.

        Parameters
        ----------
        given
            Fields by name, as they were written: their values may be wrong
            themselves.
        """
        yield from ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        found = tuple(self.contradictions(dict(self)))
        if found:
            text = "; ".join(each.what for each in found)
            raise PydanticCustomError(
                CONTRADICTIONS, "{text}", {"text": text, "found": found}
            )
        return self

    def changed(self, **updates: object) -> Self:
        """Return a copy with some fields changed, checked like the original."""
        return type(self).model_validate({**dict(self), **updates})
