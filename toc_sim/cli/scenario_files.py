"""Commands about scenario files: check one, begin one, describe them to editors."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toc_sim.cli import completion
from toc_sim.cli.options import file_option, in_options, loaded, set_option
from toc_sim.errors import TocError

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario


@click.command()
@click.argument(
    "scenarios",
    metavar="FILE...",
    nargs=-1,
    required=True,
    shell_complete=completion.files,
)
@set_option
@click.option(
    "--expect", is_flag=True, help="Also simulate, and compare with 'expect'."
)
@click.option(
    "--laws",
    is_flag=True,
    help="Also simulate for a while, and check what holds for every simulation.",
)
@click.option(
    "--markdown",
    is_flag=True,
    help="With --expect: say as Markdown, for a pull request, what the constraint is, "
    "and what a change did to it.",
)
@click.option(
    "--against",
    metavar="OLD",
    shell_complete=completion.files,
    help="With --markdown: the scenario as it was before the change.",
)
@click.option(
    "--since",
    metavar="REVISION",
    help="With --markdown: each file as git has it at this revision was before.",
)
def check(
    scenarios: tuple[str, ...],
    overrides: dict[str, str],
    *,
    expect: bool,
    laws: bool,
    markdown: bool,
    against: str | None,
    since: str | None,
) -> None:
    """Check scenario files and tell everything that is wrong with them.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    if markdown and expect and not laws:
        _tell_changes(scenarios, overrides, against, since)
    elif markdown or against is not None or since is not None:
        raise click.UsageError(
            "--markdown, --against and --since go with --expect --markdown"
        )
    elif problems := _found_wrong(scenarios, overrides, expect=expect, laws=laws):
        raise TocError("\n".join(problems))


def _found_wrong(
    scenarios: tuple[str, ...], overrides: dict[str, str], *, expect: bool, laws: bool
) -> list[str]:
    """Print of each file that it is well, or return what is wrong with it."""
    if expect:
        from toc_sim.experiment.expectations import unmet

    problems: list[str] = []
    for each in scenarios:
        try:
            scenario = loaded(each, overrides)
            found = unmet(scenario) if expect else ()
        except TocError as error:
            problems.append(_of_file(each, in_options(error), among=len(scenarios)))
            continue
        if found:
            problems += (f"{each}: {line}" for line in found)
        else:
            click.echo(f"{each}: ok, {_summary(scenario)}")
        if laws:
            problems += _broken_laws(each, scenario, overrides)
    return problems


def _tell_changes(
    scenarios: tuple[str, ...],
    overrides: dict[str, str],
    against: str | None,
    since: str | None,
) -> None:
    """Print as Markdown what became of files; leave with 1 if that is not well."""
    from toc_sim.commands.check import report_changes
    from toc_sim.commands.earlier_file import earlier_text
    from toc_sim.scenario.load import read

    if against is not None and (since is not None or len(scenarios) > 1):
        raise click.UsageError("--against OLD compares one file, without --since")
    if since is not None and "-" in scenarios:
        raise click.UsageError("--since compares files that git knows, not '-'")

    def before(name: str) -> Scenario | None:
        if against is not None:
            return loaded(against, overrides)
        text = None if since is None else earlier_text(Path(name), since)
        return None if text is None else read(text, f"{since}:{name}", overrides)

    if not report_changes(scenarios, lambda name: loaded(name, overrides), before):
        click.get_current_context().exit(1)


@click.command()
@file_option("-o", "--output", text="Write it to FILE.")
def schema(output: Path | None) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Editors with the YAML language server use it if the first line of a scenario is
    "# yaml-language-server: $schema=FILE", as 'toc-sim new' writes it.
    """
    from toc_sim.scenario.file.schema import published

    if output is None:
        click.echo(published(), nl=False)
    else:
        _write(output, published())


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a commented scenario to begin with.

    Beside it stands the JSON Schema with which editors complete and check it.
    """
    from toc_sim.scenario.file.dump import starter
    from toc_sim.scenario.file.schema import SCHEMA, published

    path = Path(name)
    if not path.name:
        raise click.BadParameter("a file needs a name")
    if path.suffix not in {".yaml", ".yml"}:
        path = path.with_name(f"{path.name}.yaml")
    _write(path, starter(path.stem), new=True)
    beside = path.with_name(SCHEMA)
    if not beside.exists():
        _write(beside, published())
    click.echo(f"wrote {path}; next: toc-sim run {shlex.quote(str(path))}")


def _write(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text file; refuse a new one that is already there."""
    try:
        with path.open("x" if new else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise TocError(f"{path}: is already there; nothing was written") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error


def _of_file(name: str, text: str, *, among: int) -> str:
    """Return a message that says of which file it is, where there are several."""
    return text if among == 1 or text.startswith(name) else f"{name}: {text}"


def _broken_laws(
    name: str, scenario: Scenario, overrides: dict[str, str]
) -> tuple[str, ...]:
    """Print what became of each law, and return a line if a file breaks some."""
    from toc_sim.commands.check import report_laws

    return report_laws(name, scenario, short="run.horizon" not in overrides)


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
