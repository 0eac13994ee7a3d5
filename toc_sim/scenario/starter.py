"""The commented scenario with which a new user begins."""

from __future__ import annotations

import json
from importlib.resources import files

FILE = "starter.yaml"
"""The template, beside this module."""

_NAME = "name: A new scenario\n"


def starter(name: str) -> str:
    """Return the text of a scenario to begin with.

    Parameters
    ----------
    name
        What the scenario is called.
    """
    text = files("toc_sim.scenario").joinpath(FILE).read_text(encoding="utf-8")
    return text.replace(_NAME, f"name: {json.dumps(name, ensure_ascii=False)}\n")
