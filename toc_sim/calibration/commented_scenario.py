"""The text of a scenario drawn from records, with where each number came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from toc_sim.calibration.estimates import Draft
from toc_sim.scenario.file.dump import LINE_WIDTH, inline

_LONG = 100
"""A line with its comment may be so long; else the comment stands above it."""


def scenario_text(draft: Draft, remarks: Sequence[str] = ()) -> str:
    """Return the file of a draft: YAML, with a comment behind each number.

    Parameters
    ----------
    draft
        Whose `content` is a whole scenario.
    remarks
        What stands at its top: whoever opens the file reads that first.
    """
    lines = [line for remark in remarks for line in _wrapped(remark, "# ")]
    for key, value in draft.content.items():
        if key == "flow":
            lines += ["", "flow:", *_flow(value, draft.comments)]
        elif isinstance(value, Mapping):
            lines += ["", f"{key}:", *_table(value, key, 2, draft.comments)]
        elif key == "description":
            lines += ["description: >-", *_wrapped(str(value), "  ")]
        else:
            lines += _line(f"{key}: ", value, draft.comments.get(key, ""), 0)
    return "\n".join(lines) + "\n"


def _table(
    entry: Mapping[str, Any], path: str, indent: int, comments: Mapping[str, str]
) -> Iterator[str]:
    blank = " " * indent
    for key, value in entry.items():
        place = f"{path}.{key}"
        shown = inline({key: 0}).removeprefix("{").removesuffix(": 0}")
        if isinstance(value, Mapping) and path in _SECTIONS:
            yield f"{blank}{shown}:"
            yield from _table(value, place, indent + 2, comments)
        else:
            yield from _line(
                f"{blank}{shown}: ", value, comments.get(place, ""), indent
            )


_SECTIONS = ("stages", "products", "calendars", "tools", "variants")
"""Tables whose entries get a line for each of their keys."""


def _flow(lines: Any, comments: Mapping[str, str]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, str):
            yield f"  - {line}"
            continue
        for way, label in line.items():
            told = comments.get(f"flow.{way}", "")
            yield from _line(f"  - {way}: ", label, told, 4)


def _line(begin: str, value: Any, comment: str, indent: int) -> Iterator[str]:
    """Yield a value, its comment behind it, or above it where the line gets long."""
    text = inline(value)
    long = begin + text
    if comment and len(long) + len(comment) + 4 <= _LONG:
        yield f"{long}  # {comment}"
        return
    blank = " " * (len(begin) - len(begin.lstrip()))
    if comment:
        yield from _wrapped(comment, f"{blank}# ")
    if len(long) <= LINE_WIDTH:
        yield long
    else:
        yield begin.rstrip()
        yield from _wrapped(text, " " * (indent + 4))


def _wrapped(text: str, blank: str) -> list[str]:
    return wrap(
        text,
        LINE_WIDTH,
        initial_indent=blank,
        subsequent_indent=blank,
        break_long_words=False,
        break_on_hyphens=False,
    )
