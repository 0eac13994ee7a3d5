"""Paths of parameters (``machine_2.capacity``, ``flow.a->b``), read and changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from toc_sim.errors import Problem, closest, quoted, shown, written
from toc_sim.scenario.fields.flow import ARROW, PRODUCT_MARK, Way, ends, share_of
from toc_sim.scenario.fields.messages import findings, problems_of
from toc_sim.scenario.fields.nodes import BY_PRODUCT, PACES, Stage
from toc_sim.scenario.fields.numbers import Entry, Level, Profile, Table, scaled
from toc_sim.scenario.fields.openings import hours_refusal
from toc_sim.scenario.fields.sections import (
    OPEN_HOURS,
    WHOLE_FIELDS,
    Calendar,
    Economics,
    Kinds,
    Release,
    Run,
    annotations_of,
    is_table,
    kinds_in,
    may_be_table,
)
from toc_sim.scenario.parts import Parts

NAMED_TABLES = ("resources", "products", "calendars")
"""Tables of entries that paths lead into by their own name."""


class Sections(Entry):
    """The sections that paths lead into by their own name."""

    economics: Economics | None = None
    release: Release = "push"
    run: Run = Run()


SECTIONS = tuple(Sections.model_fields)


@dataclass(frozen=True, slots=True)
class Target:
    """What a path leads to.

    Attributes
    ----------
    home
        The table and the name of the entry: ``("stages", "machine_2")``.
    fields
        The field in it, and where in that: ``("availability", "mean_time_to_repair")``.
    """

    home: tuple[str, str]
    fields: tuple[str, ...]

    @property
    def may_be_by_product(self) -> bool:
        """Whether it may be said of each product."""
        return self.fields[-1] in BY_PRODUCT


def target_of(path: str, parts: Parts) -> Target | Problem:
    """Return what a path leads to, or why it leads nowhere.

    Parameters
    ----------
    path
        As it is written after ``--set``: ``machine_2.capacity``, ``flow.a->b``.
    parts
        The pipeline in which it leads somewhere.

    Returns
    -------
    The entry and its field; or the problem, with the nearest name as a hint.
    """
    head, _, rest = path.partition(".")
    if head == "flow":
        return _way(path, rest, parts)
    words = tuple(path.split("."))
    if head in SECTIONS:
        return _checked(path, Target(("sections", ""), words), parts)
    table, begin = (head, f"{head}.") if head in NAMED_TABLES else ("stages", "")
    name, *fields = words[1:] or ("",) if begin else words
    entries: Mapping[str, Entry | None] = getattr(parts, table)
    if name not in entries:
        heads = entries if begin else (*entries, *SECTIONS, *NAMED_TABLES, "flow")
        return _nowhere(path, name, heads, begin, fields)
    if not fields:
        what = "a path leads to a parameter, not to a whole entry"
        hint = f"write it like '{begin}{name}.{_first_field(entries[name])}'"
        return Problem((path,), what, hint=hint)
    return _checked(path, Target((table, name), tuple(fields)), parts)


def normal(path: str) -> str:
    """Return the one spelling of a path: ``flow.a->b`` for ``flow.a -> b.share``.

    Parameters
    ----------
    path
        In any spelling that is understood.
    """
    if not path.startswith("flow."):
        return path
    return path.replace(" ", "").removesuffix(".share")


def entry_at(target: Target, parts: Parts) -> Entry | None:
    """Return the entry that a path leads into; None where it is broken."""
    table, name = target.home
    if table == "flow":
        return _way_called(name, parts)
    if table != "sections":
        entry: Entry | None = getattr(parts, table)[name]
        return entry
    given = ((key, getattr(parts, key)) for key in SECTIONS)
    return Sections.model_validate({key: each for key, each in given if each})


def _way_called(name: str, parts: Parts) -> Way | None:
    """Return the way with a name like ``a->b``, or None."""
    source = name.partition(ARROW)[0].rpartition(PRODUCT_MARK)[2]
    ways = parts.ways_out.get(source, ())
    return next((way for way in ways if way.name == name), None)


def value_of(target: Target, parts: Parts) -> Any:
    """Return the value of a parameter; None where nothing is said of it.

    A stage has a `capacity` and a `rate`, whichever of them its file gives; a way
    without a label has the share that is left for it.

    Parameters
    ----------
    target
        What a path leads to (`target_of`).
    parts
        The pipeline.
    """
    entry = entry_at(target, parts)
    if isinstance(entry, Way) and target.fields == ("share",):
        return share_of(entry, parts.ways_out[entry.source])
    value: Any = entry
    fields = target.fields
    if isinstance(entry, Stage):
        value, fields = _pace(entry, fields[0]), fields[1:]
    for field in fields:
        value = _within(value, field)
    return value


def _pace(stage: Stage, field: str) -> Any:
    if field == "capacity" and stage.rate is not None:
        return _times(stage.rate, stage.servers)
    if field == "rate" and stage.capacity is not None:
        return _times(stage.capacity, 1 / stage.servers)
    return getattr(stage, field)


def _times(value: Level | Table, factor: float) -> Level | Table:
    if isinstance(value, Mapping):
        return {key: scaled(each, factor) for key, each in value.items()}
    return scaled(value, factor)


def _way(path: str, rest: str, parts: Parts) -> Target | Problem:
    arrow, _, field = rest.partition(".")
    product, mark, between = arrow.rpartition(PRODUCT_MARK)
    names = ends(between) or ()
    name = f"{product.strip()}{mark}{ARROW.join(names)}" if names else ""
    if _way_called(name, parts) is None:
        known = [way.name for way in parts.flow]
        return _nowhere(path, name or arrow, known, "flow.", ())
    fields = tuple((field or "share").split("."))
    return _checked(path, Target(("flow", name), fields), parts)


def _checked(path: str, target: Target, parts: Parts) -> Target | Problem:
    """Return the target, or the problem of a field that its entry does not have."""
    value: Any = entry_at(target, parts)
    if value is None:
        return target
    kinds: Kinds = (type(value),)
    table = False
    for index, field in enumerate(target.fields):
        named = value if table and isinstance(value, Mapping) else ()
        known = (*(key for kind in kinds for key in keys_of(kind)), *named)
        if field not in known:
            kept = getattr(value, "calendar", None)
            if field == OPEN_HOURS and isinstance(kept, str):
                return _nowhere(path, kept, parts.calendars, "calendars.", (field,))
            begin = path[: len(path) - len(".".join(target.fields[index:]))]
            return _nowhere(path, field, known, begin, target.fields[index + 1 :])
        notes = annotations_of(kinds, field)
        table = any(map(may_be_table, notes))
        value = _within(value, field)
        kinds = kinds_in(*(note for note in notes if not is_table(note)))
    return target


def keys_of(kind: type[BaseModel]) -> tuple[str, ...]:
    """Return what paths may lead to in an entry: its fields, and hours of a calendar.

    Parameters
    ----------
    kind
        Of the entry.
    """
    more = (OPEN_HOURS,) if kind is Calendar else ()
    return (*kind.model_fields, *more)


def may_change(entry: Entry, target: Target) -> bool:
    """Return whether a parameter may change during a run."""
    kinds: Kinds = (type(entry),)
    for field in target.fields:
        notes = annotations_of(kinds, field)
        if notes and Profile not in kinds:  # else: a name in a table of numbers
            kinds = kinds_in(*notes)
    return Profile in kinds


def field_at(entry: Entry, target: Target) -> FieldInfo | None:
    """Return the field that a path leads to, or into; None: it is hours of a calendar.

    Parameters
    ----------
    entry
        Where it leads (`entry_at`).
    target
        What it leads to.
    """
    kinds: Kinds = (type(entry),)
    found: FieldInfo | None = None
    for word in target.fields:
        known = [kind.model_fields[word] for kind in kinds if word in kind.model_fields]
        if known:
            found = known[0]
            kinds = kinds_in(*(each.annotation for each in known))
    return found


def _within(value: Any, field: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(field)
    return getattr(value, field, None)


def _first_field(entry: Entry | None) -> str:
    known = keys_of(type(entry)) if entry is not None else ()
    pace = ("capacity", "servers", "arrivals", "demand", "price", OPEN_HOURS)
    return next((key for key in pace if key in known), "title")


def _nowhere(
    path: str, word: str, known: Iterable[str], begin: str, rest: Sequence[str]
) -> Problem:
    near = closest(word, known)
    meant = ".".join((f"{begin}{near}", *rest))
    hint = f"did you mean '{meant}'?" if near else None
    what = f"no parameter is called {quoted(path)}"
    return Problem((path,), what, hint=hint, at_key=True)


class _Inner(dict[str, Any]):
    """New values inside an entry, as against a new value that is a table."""


def changed(
    parts: Parts, changes: Mapping[str, Any]
) -> tuple[Parts, tuple[Problem, ...]]:
    """Return the parts with new values at some paths, and what is wrong with those.

    Each entry is checked with all its changes; where one is wrong the entry stays as
    it was. The path of a problem is the path of the change at fault.

    Parameters
    ----------
    parts
        The pipeline; it stays as it is.
    changes
        New values by path, as a file would have them once it is read.
    """
    problems: list[Problem] = []
    homes: dict[tuple[str, str], dict[str, Target]] = {}
    for path in changes:
        target = target_of(path, parts)
        if isinstance(target, Problem):
            problems.append(target)
        else:
            homes.setdefault(target.home, {})[path] = target
    for home, targets in homes.items():
        entry = entry_at(next(iter(targets.values())), parts)
        if entry is not None:
            new, found = _with_values(entry, targets, changes)
            problems += found
            parts = parts if found else _with(parts, home, new)
    return parts, tuple(problems)


def _with_values(
    entry: Entry, targets: Mapping[str, Target], changes: Mapping[str, Any]
) -> tuple[Entry, tuple[Problem, ...]]:
    """Return an entry with new values, and what is wrong with those."""
    lasts = {path: each for path, each in targets.items() if _is_hours(each, entry)}
    said = {path: each for path, each in targets.items() if path not in lasts}
    data = _merged(entry, _nested(said, changes))
    try:
        new = type(entry).model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = problems_of(findings(details, type(entry), data))
        return entry, tuple(_blamed(problem, targets) for problem in found)
    if not lasts or not isinstance(new, Calendar):
        return new, ()
    [path] = lasts
    wrong = _hours_problem(path, changes[path], new, said)
    if wrong is not None:
        return new, (wrong,)
    return new.lasting(changes[path]), ()


def _is_hours(target: Target, entry: Entry) -> bool:
    return isinstance(entry, Calendar) and target.fields == (OPEN_HOURS,)


def _hours_problem(
    path: str, hours: Any, calendar: Calendar, beside: Mapping[str, Target]
) -> Problem | None:
    """Return why a calendar cannot be open for so long, or None if it can."""
    opens = [other for other, each in beside.items() if each.fields == ("open",)]
    if opens:
        what = f"is said by {opens[0]} already"
        return Problem((path,), what, hint="give one of them")
    what = hours_refusal(calendar.open, calendar.cycle, hours)
    if not what:
        return None
    table = path.rpartition(".")[0]
    hint = f"each opening ends later in proportion; {table}.open says each on its own"
    return Problem((path,), what, shown(hours), hint if "reaches" in what else None)


def _nested(targets: Mapping[str, Target], changes: Mapping[str, Any]) -> _Inner:
    """Return the new values by the fields that they go to."""
    nested = _Inner()
    for path, target in targets.items():
        place = nested
        for field in target.fields[:-1]:
            if not isinstance(place.get(field), _Inner):
                place[field] = _Inner()
            place = place[field]
        value = changes[path]
        is_whole = isinstance(value, float) and value.is_integer()
        counts = not WHOLE_FIELDS.isdisjoint(target.fields)
        place[target.fields[-1]] = int(value) if is_whole and counts else value
    return nested


def _merged(value: Any, new: _Inner) -> dict[str, Any]:
    """Return the fields of an entry, or of a table, with new values in them."""
    old = dict(value) if isinstance(value, Entry | Mapping) else {}
    if isinstance(value, Entry) and not set(new) <= set(old):
        old = {}  # another form of the same thing: {conwip: 3} for a rope
    elif isinstance(value, Stage) and value.resource is None:
        new_paces = {key for key in PACES if new.get(key) is not None}
        old |= {key: None for key in PACES if new_paces - {key} and key not in new}
    return old | {
        key: _merged(old.get(key), each) if isinstance(each, _Inner) else each
        for key, each in new.items()
    }


def _blamed(problem: Problem, targets: Mapping[str, Target]) -> Problem:
    """Return the problem of an entry as that of the change which caused it."""
    for path, target in targets.items():
        if problem.path[: len(target.fields)] == target.fields:
            rest = problem.path[len(target.fields) :]
            return replace(problem, path=(path, *rest), at_key=False)
    what = f"{written(problem.path)}: {problem.what}" if problem.path else problem.what
    return replace(problem, path=(list(targets)[-1],), what=what, at_key=False)


def _with(parts: Parts, home: tuple[str, str], new: Entry) -> Parts:
    """Return the parts with one entry changed."""
    table, name = home
    if isinstance(new, Sections):
        return replace(parts, **dict(new))
    if isinstance(new, Way):
        flow = tuple(new if way.name == name else way for way in parts.flow)
        return replace(parts, flow=flow)
    entries: Any = {**getattr(parts, table), name: new}
    return replace(parts, **{table: entries})
