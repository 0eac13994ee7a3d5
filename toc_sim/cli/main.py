"""The command line: a thin face of the Python interface.

Exit codes: 0 fine; 1 something in the input, told on standard error; 2 the command line
itself; 3 a fault of this program; 130 interrupted.
"""

from __future__ import annotations

import os
import platform
import shlex
import sys
import traceback
from contextlib import suppress
from errno import EDQUOT, EFBIG, EIO, ENOSPC, EPIPE
from typing import Any

import click

from toc_sim.cli.calibrate import calibrate
from toc_sim.cli.compare import compare, reach, roadmap
from toc_sim.cli.excel import excel
from toc_sim.cli.history import export, runs
from toc_sim.cli.lesson import lesson
from toc_sim.cli.options import in_options
from toc_sim.cli.quarter import quarter
from toc_sim.cli.report import report
from toc_sim.cli.run import capacity, run, verify
from toc_sim.cli.scenario_files import check, new, schema
from toc_sim.cli.serve import serve
from toc_sim.cli.sweep import breakdown, constraint_map, sweep
from toc_sim.errors import TocError

INPUT, OURS, INTERRUPTED = 1, 3, 130
"""Exit codes besides 0 and click's 2."""


_UNWRITABLE = (ENOSPC, EDQUOT, EFBIG, EIO, EPIPE)
"""What the system says where nothing more can be written: no fault of this program."""

_TOO_LARGE = (
    "there is not enough memory for this\n"
    "    hint: a shorter run.horizon or fewer run.replications take less"
)


def _is_unwritable(error: Exception) -> bool:
    """Return whether there is no room, or nobody reads what is written."""
    return isinstance(error, OSError) and error.errno in _UNWRITABLE


def _unwritten(error: Exception) -> str:
    """Return why nothing can be written, and stop Python from trying at its end."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
    reason = getattr(error, "strerror", None) or str(error)
    return f"the output cannot be written: {reason.lower()}"


class _Refusal(click.ClickException):
    """Something the user can put right, told as it is."""

    exit_code = INPUT

    def show(self, file: Any = None) -> None:
        """Print the message on standard error."""
        click.echo(self.format_message(), file=file, err=True)


class TocGroup(click.Group):
    """Turns what goes wrong into a message and an exit code, never a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the program; also what it says of itself may have no place to go."""
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            if not _is_unwritable(error):
                raise
            click.echo(_unwritten(error), err=True)
            sys.exit(INPUT)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember the words of the command, by which a warning tells the next one."""
        ctx.meta["toc_sim.given"] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except TocError as error:
            raise _Refusal(in_options(error)) from error
        except (KeyboardInterrupt, click.Abort) as error:
            from toc_sim.engine.compiled.ahead import give_up

            give_up()
            # an interruption may say how to go on
            said = f"interrupted: {error}" if str(error) else "interrupted"
            click.echo(said, err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except MemoryError as error:
            raise _Refusal(_TOO_LARGE) from error
        except Exception as error:
            if _is_unwritable(error):
                raise _Refusal(_unwritten(error)) from error
            click.echo(_apology(traceback.format_exc()), err=True)
            ctx.exit(OURS)


@click.group(cls=TocGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toc-sim", message="toc-sim %(version)s")
def main() -> None:
    """Find the constraint of a pipeline, and what lifts its throughput."""


for _command in (
    *(run, verify, capacity, quarter),
    *(report, lesson, serve),
    *(compare, roadmap, reach),
    *(sweep, constraint_map, breakdown),
    *(calibrate,),
    *(runs, export),
    *(check, schema, new, excel),
):
    main.add_command(_command)


def _apology(trace: str) -> str:
    """Return what to say when this program is at fault."""
    from importlib.metadata import version

    return "\n".join(
        (
            "toc-sim failed, and that is not your fault. Please send this report:",
            "",
            f"toc-sim {version('toc-sim')}",
            f"Python {platform.python_version()} on {platform.platform()}",
            f"command: {shlex.join(['toc-sim', *sys.argv[1:]])}",
            "",
            trace.rstrip(),
        )
    )
