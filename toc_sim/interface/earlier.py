"""Calls as the release before understood them, for one release more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from warnings import warn

_EARLIER = ("question", "spend", "laboratory")
"""Arguments that there were, by keyword or by their place."""

_F = TypeVar("_F", bound=Callable[..., Any])


def also_as_before(
    old: Callable[..., Any], positional: int, instead: str
) -> Callable[[_F], _F]:
    """Let a question also be asked with the arguments of the release before.

    Parameters
    ----------
    old
        What answers such a call, with the record alone.
    positional
        How many arguments the new function takes by their place.
    instead
        What to do in the next release.

    Returns
    -------
    A decorator of the new function; a call of old raises a `DeprecationWarning`.
    """

    def decorated(new: _F) -> _F:
        @wraps(new)
        def either(*given: Any, **asked: Any) -> Any:
            if len(given) <= positional and asked.keys().isdisjoint(_EARLIER):
                return new(*given, **asked)
            told = f"such a call of toc_sim.{new.__name__} goes with the next release"
            warn(f"{told}: {instead}", DeprecationWarning, stacklevel=2)
            return old(*given, **asked)

        return cast("_F", either)

    return decorated
