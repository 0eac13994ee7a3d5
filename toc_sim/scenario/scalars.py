"""What a plain word of a file means: the core schema of YAML 1.2.

`no`, `on` and `2024-01-31` are text, `010` is ten, `1e3` is a thousand.
"""

from __future__ import annotations

import re
from typing import Any

LONGEST_NUMBER = 300
"""A number of more characters is only read as approximate."""

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(?:nan|NaN|NAN)")

_HALF_LETTER = re.compile("[\ud800-\udfff]")


def meaning(text: str) -> Any:
    """Return what a plain word means in the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text.lower() == "true"
    if text[0] in "+-.0123456789":
        return _number(text)
    return text


def whole_letters(text: str) -> str:
    """Return a text whose letters were written as pairs, as JSON does."""
    if not _HALF_LETTER.search(text):
        return text
    pairs = text.encode("utf-16-le", "surrogatepass")
    return pairs.decode("utf-16-le", "replace")


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text) and len(text) <= LONGEST_NUMBER:
        return int(text)
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    infinite = _INFINITE.fullmatch(text)
    if infinite:
        return float(f"{infinite[1]}inf")
    return float("nan") if _NOT_A_NUMBER.fullmatch(text) else text
