"""Compiling in another process, while this one works on SimPy: nobody waits for it.

What is compiled is kept on disk by numba. Notes beside it say which kernels are
complete (`is_kept`), and which are being compiled by some process of this machine.
Nothing here loads numba, which takes as long as many a run.
"""

from __future__ import annotations

import atexit
import os
import platform
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Literal

Kernel = Literal["line", "general"]
"""The lane for plain lines, or the kernel for everything."""

SHARED = ("rules",)
"""Folders beside this one that are compiled too: both engines work by them."""

HERE = Path(__file__).parent

BEAT_SECONDS, SILENCE_SECONDS = 1.0, 10.0
"""How often a process that compiles says so, and when it is taken for dead."""


def is_kept(kernel: Kernel) -> bool:
    """Return whether a kernel of this very code is compiled on this machine.

    numba compiles again if a file was written anew, or for another processor or Python.
    """
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}:
        return True
    with suppress(OSError):
        return _note(kernel, "kept").read_text(encoding="utf-8") == _stamp()
    return False


def note_kept(kernel: Kernel) -> None:
    """Write down that a kernel is compiled and kept, if anything can be kept."""
    with suppress(OSError):
        _note(kernel, "kept").write_text(_stamp(), encoding="utf-8")


def is_ready(kernel: Kernel) -> bool:
    """Return whether to use a kernel now, not SimPy in its place.

    If it is not kept, another process begins to compile it, unless one does already.
    Where that cannot be, or has failed, it is used all the same: compiled here.
    """
    if kernel not in _READY and (is_kept(kernel) or not _is_under_way(kernel)):
        _READY.add(kernel)
    return kernel in _READY


def is_compiling() -> bool:
    """Return whether something is compiled at this moment that this process wants."""
    return any(each.poll() is None for each in _CHILDREN.values())


def give_up() -> None:
    """Let processes that compile end: whoever waited for them has stopped."""
    for child in _CHILDREN.values():
        _tell(child, b"")


_READY: set[Kernel] = set()
_CHILDREN: dict[Kernel, subprocess.Popen[bytes]] = {}


def _is_under_way(kernel: Kernel) -> bool:
    """Return whether a process compiles a kernel; if none does yet, start one."""
    if kernel in _CHILDREN:
        return _CHILDREN[kernel].poll() is None
    note = _note(kernel, "compiling")
    with suppress(OSError):
        now = time.time()  # noqa: TID251 - files are dated by the wall clock
        if abs(now - note.stat().st_mtime) < SILENCE_SECONDS:
            return True
    return _start(kernel, note)


def _start(kernel: Kernel, note: Path) -> bool:
    """Start a process that compiles a kernel; return whether that could be done."""
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; "
        "from toc_sim.engine.compiled.complete import main; "
        f"main({kernel!r}, {str(note)!r})"
    )
    low = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows alone
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    if getattr(sys, "frozen", False):
        return False
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
        _CHILDREN[kernel] = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=low | hidden,
            # Ctrl-C does not reach it, see `give_up`; in a session of its own Linux
            # would give it the time of a whole terminal, whatever its priority.
            process_group=0,
        )
    except OSError:  # nothing can be kept, or no process be started
        with suppress(OSError):
            note.unlink()
        return False
    return True


@atexit.register
def _leave() -> None:
    """Let what is half compiled be finished for the next command, as this one ends."""
    for child in _CHILDREN.values():
        _tell(child, b".")


def _tell(child: subprocess.Popen[bytes], word: bytes) -> None:
    """Say a last word to a process that compiles; none lets it end, as if killed."""
    if child.stdin is not None and not child.stdin.closed:
        with suppress(OSError):
            child.stdin.write(word)
        with suppress(OSError):
            child.stdin.close()


def _note(kernel: Kernel, what: str) -> Path:
    return kept_in(os.environ.get("NUMBA_CACHE_DIR", "")) / f"{kernel}.{what}"


@cache
def kept_in(said: str) -> Path:
    """Return where compiled code is kept: below what the user said, or by default.

    Parameters
    ----------
    said
        The folder that numba is told (``NUMBA_CACHE_DIR``); empty: none.
    """
    from platformdirs import user_cache_path

    base = Path(said) if said else user_cache_path("toc-sim", appauthor=False)
    return base / "compiled" / fingerprint(HERE, version("numba"))


def fingerprint(folder: Path, numba: str) -> str:
    """Return a digest of a folder's code, of what it shares, and of numba's version.

    One version of numba cannot read what another has kept, and would try to, where two
    processes compile at once after numba was changed.

    Parameters
    ----------
    folder
        Whose code is compiled.
    numba
        The version of numba.
    """
    code = sha256(numba.encode() + b"\0")
    for file in _files(folder):
        name = file.relative_to(folder.parent).as_posix()
        code.update(name.encode() + b"\0" + file.read_bytes())
    return code.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    places = (folder, *(folder.parent / name for name in SHARED))
    return [file for place in places for file in sorted(place.rglob("*.py"))]


@cache
def _stamp() -> str:
    """Return all that numba looks at before it takes what it has kept, as a digest."""
    seen = [sys.implementation.cache_tag or "", _processor()]
    for file in _files(HERE):
        about = file.stat()
        seen.append(f"{file} {about.st_mtime_ns} {about.st_size}")
    return sha256("\0".join(seen).encode()).hexdigest()


def _processor() -> str:
    """Return what the processor is and can do."""
    lines = [platform.machine(), platform.processor()]
    with suppress(OSError):  # Linux alone
        about = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        wanted = ("model name", "flags", "Features")
        lines += sorted({line for line in about if line.startswith(wanted)})
    return "\n".join(lines)
