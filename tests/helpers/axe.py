"""axe-core, which finds faults that keep people from reading a page.

``python tests/helpers/axe.py`` installs it from npm, beside the package and not in it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "axe"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"

HOW = (
    f"axe-core is not installed: python {Path(__file__).name} in tests/helpers does it"
)


def install() -> None:
    """Install it, if it is not there."""
    if SCRIPT.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ("npm", "install", "--no-audit", "--no-fund", "--silent", "axe-core@4")
    subprocess.run([*command, "--prefix", str(FOLDER)], check=True)


if __name__ == "__main__":
    install()
