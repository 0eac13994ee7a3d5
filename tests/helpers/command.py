"""Commands of the command line as a user gives them, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner, Result

from toc_sim.cli import main


@dataclass(frozen=True)
class Command:
    """One command; it keeps nothing unless a store is named."""

    name: str

    def __call__(self, *arguments: str) -> Result:
        """Run it."""
        kept = [] if "--store" in arguments else ["--no-store"]
        return CliRunner().invoke(main, [self.name, *arguments, *kept])

    def told(self, *arguments: str) -> str:
        """Return what is printed, if all went well."""
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def answered(self, *arguments: str) -> dict[str, Any]:
        """Return the JSON of an answer."""
        answer: dict[str, Any] = json.loads(self.told(*arguments, "--json"))
        return answer
