"""The command that checks a certificate."""

from __future__ import annotations

from pathlib import Path

import click

from toc_sim.cli.main import main
from toc_sim.errors import TocError


@main.command()
@click.argument("certificate", type=click.Path(path_type=Path), metavar="CERTIFICATE")
def verify(certificate: Path) -> None:
    """Add up a certificate of 'run --certificate' again, and say what it proves."""
    from toc_sim.verify import CertificateError, verified_file

    try:
        lines = verified_file(certificate)
    except CertificateError as error:
        raise TocError(str(error)) from error
    click.echo("\n".join(lines))
