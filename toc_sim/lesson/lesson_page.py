"""The page of the lesson: words, program and figures in one file of HTML."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from toc_sim.lesson.chance import chance_for_page
from toc_sim.lesson.cups import cups_for_page
from toc_sim.lesson.modules import joined
from toc_sim.lesson.path import path_for_page
from toc_sim.report.html.whole_page import embedded

_WEB = "web"
_MAIN = "main.js"


def lesson_page(language: str) -> bytes:
    """Return the page of the lesson.

    Parameters
    ----------
    language
        Of its sentences: a file of words has its name.

    Returns
    -------
    HTML in UTF-8 that needs nothing else. It runs its own program alone: its content
    security policy names that by its hash.
    """
    web = files("toc_sim.lesson").joinpath(_WEB)
    style = web.joinpath("page.css").read_text(encoding="utf-8")
    script = joined(_modules(web), _MAIN)
    words = words_of(language)
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    template = web.joinpath("lesson.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    html = environment.from_string(template).render(
        language=language,
        policy=policy,
        words=words,
        style=Markup(style),  # noqa: S704 - a file of the package
        script=Markup(script),  # noqa: S704 - files of the package
        data=embedded(
            {
                "language": language,
                "words": words,
                **cups_for_page(),
                "chance": chance_for_page(),
                "path": path_for_page(),
                "shops": _shops(),
            }
        ),
    )
    return html.encode("utf-8")


def words_of(language: str) -> Mapping[str, Any]:
    """Return all sentences of the lesson: texts, or texts by plural form.

    Parameters
    ----------
    language
        A file of words has its name.
    """
    web = files("toc_sim.lesson").joinpath(_WEB, "words", f"{language}.json")
    words: Mapping[str, Any] = json.loads(web.read_text(encoding="utf-8"))
    return words


def _shops() -> list[dict[str, Any]]:
    """Return the other trades; benchmarks/lesson_shops.py writes their figures."""
    text = files("toc_sim.lesson").joinpath("shops.json").read_text(encoding="utf-8")
    shops: list[dict[str, Any]] = json.loads(text)
    return shops


def _modules(folder: Traversable, above: str = "") -> dict[str, str]:
    """Return the modules of a folder, and of those in it, by path."""
    found: dict[str, str] = {}
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{above}{each.name}"
        if each.is_dir():
            found |= _modules(each, f"{path}/")
        elif path.endswith(".js"):
            found[path] = each.read_text(encoding="utf-8")
    return found


def _hash(text: str) -> str:
    """Return how a content security policy names a program or a style."""
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
