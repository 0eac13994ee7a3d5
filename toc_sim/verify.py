"""Checks a certificate: adds its critical path up again, with Python alone.

    python verify.py CERTIFICATE.json

This file may be copied and run on its own. A certificate (docs/certificate.md) says
when an item was bought in a simulation, and tells each piece of time that it waited
for. From these pieces follows that no design with other rates sells it sooner than they
allow. The checks: the file is byte for byte as it was written; the pieces join without
a gap; each sum is that of its pieces; each claim follows from the sums.

Exit codes: 0 it holds; 1 it does not, told on standard error; 2 the command line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from math import ceil, floor, fsum, isfinite, log10
from pathlib import Path
from typing import Any

ROUNDING = 1e-9
"""What sums of times may be off by, relative to them: no claim hangs on less [1]."""

_WHAT = "toc-sim certificate"
_FORMAT = 1
_DELAY = "delay"
_HEAD = (
    *("what", "format", "version", "scenario", "item", "period", "seed"),
    *("replication", "warmup", "horizon", "rates", "ways", "bought", "kept"),
    *("paths", "at_most", "sha256"),
)
_PATH = ("count", "moment", "since", "times", "not_before", "segments")
_DIGITS = 6


class CertificateError(ValueError):
    """Why a certificate does not hold, in plain words."""


def main(arguments: list[str]) -> int:
    """Check one file, and say what it proves or why it does not hold.

    Parameters
    ----------
    arguments
        The name of the file.

    Returns
    -------
    The exit code.
    """
    if len(arguments) != 1:
        sys.stderr.write("usage: python verify.py CERTIFICATE.json\n")
        return 2
    try:
        lines = verified_file(Path(arguments[0]))
    except CertificateError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join((*lines, "")))
    return 0


def verified_file(path: Path) -> tuple[str, ...]:
    """Return what the certificate in a file proves.

    Parameters
    ----------
    path
        Where it is.

    Returns
    -------
    Sentences, a line each.

    Raises
    ------
    CertificateError
        If it cannot be read or does not hold; the message begins with the path.
    """
    try:
        lines = verified(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CertificateError(f"{path}: cannot be read: {reason}") from error
    except CertificateError as error:
        raise CertificateError(f"{path}: does not hold: {error}") from error
    return (f"{path} holds: {lines[0]}", *lines[1:])


def sealed(document: dict[str, Any]) -> bytes:
    """Return a certificate as the bytes of its file.

    Parameters
    ----------
    document
        All of it but `what` and `format`, which come first, and `sha256`, which is
        taken over the rest and comes last.

    Returns
    -------
    JSON in its one form: what holds no lists or objects stands on one line.
    """
    whole = {"what": _WHAT, "format": _FORMAT, **document}
    return _bytes({**whole, "sha256": sha256(_bytes(whole)).hexdigest()})


def verified(content: bytes) -> tuple[str, ...]:
    """Return what a certificate proves, in sentences.

    Parameters
    ----------
    content
        Of the file.

    Raises
    ------
    CertificateError
        If anything in it was altered, or does not follow.
    """
    document = _unsealed(content)
    try:
        return tuple(map(_visible, _checked(document)))
    except CertificateError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as bad:
        raise CertificateError("a part of it is not of its kind") from bad


def _bytes(value: Any) -> bytes:
    text = f"{_written(value)}\n"
    return text.encode("utf-8", "backslashreplace")


def _written(value: Any, indent: str = "") -> str:
    """Return a value as JSON; what holds lists or objects has a line for each."""
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(
        isinstance(each, dict | list) for each in inner
    ):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    further = f"{indent} "
    if isinstance(value, list):
        rows = [f"{further}{_written(each, further)}" for each in value]
    else:
        rows = [
            f"{further}{_written(key)}: {_written(each, further)}"
            for key, each in value.items()
        ]
    body = ",\n".join(rows)
    begin, end = "[]" if isinstance(value, list) else "{}"
    return f"{begin}\n{body}\n{indent}{end}"


def _unsealed(content: bytes) -> dict[str, Any]:
    """Return the document of a file that nobody has altered."""
    _need(bool(content.strip()), "the file is empty")
    try:
        document: Any = json.loads(content.decode("utf-8"), parse_constant=_refused)
        again = _bytes(document)
    except UnicodeDecodeError as error:
        raise CertificateError("it is not text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise CertificateError("it is not JSON, or was cut short") from error
    if not isinstance(document, dict) or document.get("what") != _WHAT:
        raise CertificateError("it is no certificate of toc-sim")
    _need(document.get("format") == _FORMAT, f"its format is not {_FORMAT}")
    _need(tuple(document) == _HEAD, "it has not the parts of a certificate")
    _need(again == content, "it is not written as certificates are: it was altered")
    claimed = document.pop("sha256")
    digest = sha256(_bytes(document)).hexdigest()
    _need(claimed == digest, "its sha256 is not that of its text: it was altered")
    return document


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _checked(document: dict[str, Any]) -> tuple[str, ...]:
    """Return what is proved, after everything has been added up again."""
    owners = [*document["rates"], _DELAY]
    _need(len({*owners}) == len(owners), "two nodes have one name")
    _need(document["kept"] in document["rates"], "it keeps the speed of no node")
    for rate in document["rates"].values():
        _need(_number(rate) > 0, "a rate is not above 0")
    _need(document["replication"] == 0, "it is not of replication 0")
    for value in (document["warmup"], document["horizon"]):
        _need(_number(value) >= 0, "its window ends before it begins")
    for path in document["paths"]:
        _check_path(path, owners, document)
    _check_counts(document)
    return tuple(_proved(document))


def _check_path(
    path: dict[str, Any], owners: list[str], document: dict[str, Any]
) -> None:
    """Check one path: its joints, its sums, and what is claimed of them."""
    _need(tuple(path) == _PATH, "a path has not the parts of one")
    segments, named = path["segments"], f"the path to purchase {path['count']}"
    _need(bool(segments), f"{named} is empty")
    _check_joints(segments, named, document)
    _need(segments[-1][2] == path["moment"], f"{named} does not lead to its moment")
    later = [
        [each[0], max(each[1], 0.0), *each[2:]] for each in segments if each[2] > 0
    ]
    since = later[0][1] if later else path["moment"]
    _need(path["since"] == since, f"{named} says wrongly what lies before time 0")
    _need(list(path["times"]) == owners, f"{named} does not add up for all nodes")
    for owner in owners:
        total = added_up(each for each in later if each[0] == owner)
        _need(
            path["times"][owner] == total,
            f"{named}: the pieces of {owner} add up to {total}, "
            f"not to {path['times'][owner]}",
        )
    kept = (path["since"], path["times"][document["kept"]], path["times"][_DELAY])
    _need(path["not_before"] == fsum(kept), f"{named} does not prove its bound")


def _check_joints(
    segments: list[list[Any]], named: str, document: dict[str, Any]
) -> None:
    """Check that pieces join without a gap, each for a cause that there can be."""
    leads = handing_on(document["ways"])
    owners = {*document["rates"], _DELAY}
    last, until = None, -_number(document["warmup"])
    for owner, start, end, cause in segments:
        _need(owner in owners, f"{named} passes a node that is not there")
        _need(
            _number(start) == until and _number(end) >= start,
            f"{named} has a gap at {until}",
        )
        _need(cause == cause_of(last, owner, leads), f"{named} has a wrong cause")
        last, until = owner, end


def _check_counts(document: dict[str, Any]) -> None:
    """Check what is claimed of all purchases of the window."""
    bought, paths, at_most = document["bought"], document["paths"], document["at_most"]
    _need(list(bought) == ["before", "inside"], "it does not say what was bought")
    for count in (*bought.values(), *(path["count"] for path in paths)):
        _need(type(count) is int and count >= 0, "it does not count in whole numbers")
    horizon = document["horizon"]
    last = paths[0]
    _need(
        last["count"] == bought["before"] + bought["inside"]
        and 0 < last["moment"] <= horizon,
        "its first path does not lead to the last purchase of the window",
    )
    _need(
        len(paths) == (1 if at_most is None else 2),
        "its second path does not go with a bound of the throughput",
    )
    if at_most is None:
        return
    _need(
        paths[1]["not_before"] > horizon * (1 + ROUNDING),
        "its second path does not lead beyond the window",
    )
    inside = paths[1]["count"] - 1 - bought["before"]
    _need(
        list(at_most) == ["inside", "throughput", "run_to"]
        and at_most["inside"] == inside
        and at_most["throughput"] == inside / horizon
        and _number(at_most["run_to"]) >= paths[1]["moment"],
        "its bound of the throughput does not follow",
    )


def added_up(segments: Iterable[Sequence[Any]]) -> float:
    """Return the time of some pieces, added exactly and rounded once.

    Parameters
    ----------
    segments
        Owner, start and end of each, and maybe more [periods].

    Examples
    --------
    >>> added_up([("a", 0.1, 0.3), ("a", 0.3, 0.7)])
    0.6
    """
    ends = [(end, -start) for _, start, end, *_ in segments]
    return fsum(value for pair in ends for value in pair)


def handing_on(ways: Iterable[Sequence[Any]]) -> set[tuple[str, str]]:
    """Return which owner hands items to which.

    Parameters
    ----------
    ways
        From where to where each leads, and with which delay [periods]; time away is an
        owner of its own.

    Examples
    --------
    >>> sorted(handing_on([("make", "sell", 0.0), ("sell", "fit", 2.0)]))
    [('delay', 'fit'), ('make', 'sell'), ('sell', 'delay')]
    """
    leads = set()
    for before, after, delay in ways:
        leads |= {(before, _DELAY), (_DELAY, after)} if delay else {(before, after)}
    return leads


def cause_of(before: str | None, owner: str, leads: set[tuple[str, str]]) -> str:
    """Return what a piece of time waited for.

    Parameters
    ----------
    before, owner
        The owner of the piece that ended as this one began, None for none; and its own.
    leads
        Which owner hands items to which.

    Returns
    -------
    ``start``: of the clock; ``own``: its own piece before; ``item``: what the other
    handed on; ``room``: that there was room, or a token, once the other was done.

    Examples
    --------
    >>> cause_of("make", "sell", {("make", "sell")})
    'item'
    >>> cause_of("sell", "make", {("make", "sell")})
    'room'
    """
    if before is None:
        return "start"
    if before == owner:
        return "own"
    return "item" if (before, owner) in leads else "room"


def _proved(document: dict[str, Any]) -> Iterator[str]:
    """Yield what follows, in sentences."""
    item, period, kept = document["item"], document["period"], document["kept"]
    horizon, inside = document["horizon"], document["bought"]["inside"]
    path, at_most = document["paths"][0], document["at_most"]
    pieces = sum(len(each["segments"]) for each in document["paths"])
    from_now = ", from time 0 on" if document["warmup"] else ""
    which = f"{item} number {inside:,}{' of the window' if from_now else ''}"
    yield f"{document['scenario']}, seed {document['seed']}, replication 0."
    yield f"Its {pieces:,} pieces of time join without a gap and add up to its claims."
    yield "Proved, on the same chance: a design that changes only the speed of nodes"
    yield f"other than {kept}{from_now},"
    yield (
        f"- never sells {which} before {_down(path['not_before'])} ({period}); here it "
        f"was sold at {_down(path['moment'])};"
    )
    if at_most is not None:
        yield (
            f"- never sells more than {at_most['inside']:,} in {horizon:g} ({period}), "
            f"{_up(at_most['throughput'])} {item}/{period}; here it was {inside:,}."
        )
    yield f"Changing the speed of one node alone never sells {which} before:"
    for name in document["rates"]:
        others = (path["times"][owner] for owner in path["times"] if owner != name)
        yield f"- {name}: {_down(fsum((path['since'], *others)))}"


def _down(value: float) -> str:
    """Return a number with few digits, never above it but for rounding."""
    return _rounded(value + ROUNDING * abs(value), floor)


def _up(value: float) -> str:
    """Return a number with few digits, never below it but for rounding."""
    return _rounded(value - ROUNDING * abs(value), ceil)


def _rounded(value: float, towards: Any) -> str:
    if not value:
        return "0"
    places = _DIGITS - 1 - floor(log10(abs(value)))
    scale = 10.0 ** abs(places)
    whole = towards(value * scale if places >= 0 else value / scale)
    return f"{whole / scale if places >= 0 else whole * scale:.{_DIGITS}g}"


def _visible(line: str) -> str:
    """Return a line without what a terminal would obey."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in line
    )


def _number(value: Any) -> float:
    _need(type(value) in (int, float) and isfinite(value), "a number is none")
    number: float = value
    return number


def _need(holds: bool, message: str) -> None:  # noqa: FBT001 - what is asked for
    if not holds:
        raise CertificateError(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
