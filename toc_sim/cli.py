"""The command line: a thin face of the Python interface.

Exit codes: 0 fine; 1 something in the input, told on standard error; 2 the command line
itself; 3 a fault of this program; 130 interrupted.
"""

from __future__ import annotations

import platform
import shlex
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.errors import TocError

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario

INPUT, OURS, INTERRUPTED = 1, 3, 130
"""Exit codes besides 0 and click's 2."""


class Refusal(click.ClickException):
    """Something the user can put right, told as it is."""

    exit_code = INPUT

    def show(self, file: Any = None) -> None:
        """Print the message on standard error."""
        click.echo(self.format_message(), file=file, err=True)


class TocGroup(click.Group):
    """Turns what goes wrong into a message and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except TocError as error:
            raise Refusal(str(error)) from error
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception:  # noqa: BLE001 - whatever is left is a fault of ours
            click.echo(_apology(traceback.format_exc()), err=True)
            ctx.exit(OURS)


@click.group(cls=TocGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toc-sim", message="toc-sim %(version)s")
def main() -> None:
    """Find the constraint of a pipeline, and what lifts its throughput."""


def _overrides(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Return the overrides by path."""
    overrides = {}
    for each in given:
        path, equals, value = each.partition("=")
        if not equals or not path.strip():
            raise click.BadParameter(f"'{each}' is not of the form PATH=VALUE")
        overrides[path.strip()] = value.strip()
    return overrides


scenario_argument = click.argument("scenario", metavar="FILE")
"""The scenario that a command works on; ``-`` is standard input."""


set_option = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_overrides,
    help="Change a parameter: machine_2.capacity=15, 'flow.a->b=0.3', run.seed=1. "
    "May be given several times.",
)
"""``--set PATH=VALUE``, given to a command as `overrides` by path."""


def loaded(scenario: str, overrides: dict[str, str]) -> Scenario:
    """Return the scenario of a file, or of standard input for ``-``."""
    from toc_sim.scenario.reading import LARGEST_FILE, load, read

    if scenario == "-":
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        return read(content, "<stdin>", overrides)
    return load(scenario, overrides)


def written_to(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text file.

    Parameters
    ----------
    path
        Where.
    text
        What.
    new
        Whether to refuse a file that is already there.
    """
    try:
        with path.open("x" if new else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise TocError(f"{path}: is already there; nothing was written") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error


@main.command()
@click.argument("scenarios", metavar="FILE...", nargs=-1, required=True)
@set_option
@click.option(
    "--expect", is_flag=True, help="Also simulate, and compare with 'expect'."
)
def check(
    scenarios: tuple[str, ...], overrides: dict[str, str], *, expect: bool
) -> None:
    """Check scenario files and tell everything that is wrong with them.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    problems: list[str] = []
    for each in scenarios:
        try:
            scenario = loaded(each, overrides)
            unmet = _unmet(scenario) if expect else ()
        except TocError as error:
            problems.append(_of_file(each, str(error), among=len(scenarios)))
            continue
        if unmet:
            problems += (f"{each}: {line}" for line in unmet)
        else:
            click.echo(f"{each}: ok, {_summary(scenario)}")
    if problems:
        raise TocError("\n".join(problems))


@main.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to FILE.",
)
def schema(output: Path | None) -> None:
    """Print the JSON Schema of scenario files, for editors.

    With the YAML extension of VS Code, the first line of a scenario may be
    "# yaml-language-server: $schema=FILE".
    """
    from toc_sim.scenario.schema import published

    if output is None:
        click.echo(published(), nl=False)
    else:
        written_to(output, published())


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a commented scenario to begin with."""
    from toc_sim.scenario.starter import starter

    path = Path(name)
    if not path.name:
        raise click.BadParameter("a file needs a name")
    if path.suffix not in {".yaml", ".yml"}:
        path = path.with_name(f"{path.name}.yaml")
    written_to(path, starter(path.stem), new=True)
    click.echo(f"wrote {path}; next: toc-sim run {shlex.quote(str(path))}")


@main.command()
@scenario_argument
@set_option
@click.option("--replications", metavar="N", help="Independent runs.")
@click.option("--horizon", metavar="TIME", help="Measured time.")
@click.option("--warmup", metavar="TIME", help="Time before measuring, or auto.")
@click.option("--seed", metavar="N", help="The same seed gives the same figures.")
@click.option("--confidence", metavar="SHARE", help="Of the intervals, as 0.95.")
@click.option("--prove", is_flag=True, help="Lift every node in turn, and compare.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the line with load, queues and shares: .png, .svg or .pdf.",
)
@click.option(
    "--trace",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what happens in the first run as JSON lines.",
)
def run(scenario: str, overrides: dict[str, str], **options: Any) -> None:
    """Simulate a scenario and name its constraint.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.report.session import Outputs, told

    settings = ("replications", "horizon", "warmup", "seed", "confidence")
    given = {
        f"run.{key}": value
        for key in settings
        if (value := options.pop(key)) is not None
    }
    told(loaded(scenario, {**overrides, **given}), Outputs(**options))


def _of_file(name: str, text: str, *, among: int) -> str:
    """Return a message that says of which file it is, where there are several."""
    return text if among == 1 or text.startswith(name) else f"{name}: {text}"


def _unmet(scenario: Scenario) -> tuple[str, ...]:
    """Return what a scenario was expected to do and does not."""
    from toc_sim.constraint.expectation import unmet

    return unmet(scenario)


def _summary(scenario: Scenario) -> str:
    """Return in a few words what a scenario consists of."""
    counts = {
        "node": len(scenario.stages),
        "way": len(scenario.flow),
        "resource": len(scenario.resources),
        "tool": len(scenario.tools),
        "variant": len(scenario.variants),
    }
    return ", ".join(
        f"{count} {word}{'' if count == 1 else 's'}"
        for word, count in counts.items()
        if count or word == "node"
    )


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
