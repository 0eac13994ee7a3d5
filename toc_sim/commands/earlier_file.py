"""A scenario as it was: the text of its file at an earlier revision of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from toc_sim.errors import TocError

_TIMEOUT = 60.0
"""Seconds after which git is not waited for any longer."""


def earlier_text(file: Path, revision: str) -> bytes | None:
    """Return what a file held at a revision.

    Parameters
    ----------
    file
        In a working tree of git.
    revision
        As git names it: ``main``, ``HEAD~1``, ``v1.2``.

    Returns
    -------
    Its content; None where it was not there then.

    Raises
    ------
    TocError
        If there is no git, no repository, or no such revision.
    """
    folder = file.resolve().parent
    commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if revision.startswith("-") or commit.returncode:
        reason = commit.stderr.decode(errors="replace").strip().partition("\n")[0]
        told = f": {reason}" if reason else ""
        raise TocError(
            f"--since {revision}: git knows no such revision in {folder}{told}\n"
            "    hint: a copy of only the last commit has no other; fetch them all, as "
            "actions/checkout does with fetch-depth: 0"
        )
    name = commit.stdout.decode().strip()
    if _git(folder, "cat-file", "-e", f"{name}:./{file.name}").returncode:
        return None
    return _git(folder, "show", f"{name}:./{file.name}").stdout


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder."""
    try:
        return subprocess.run(  # noqa: S603 - words of ours, and a revision
            ["git", "-C", str(folder), *words],  # noqa: S607 - the user's own git
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"git cannot be run: {reason}") from error
