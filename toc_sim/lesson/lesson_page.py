"""The page of the lesson: words, program and figures in one file of HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from toc_sim.lesson.chance import chance_for_page
from toc_sim.lesson.cups import cups_for_page
from toc_sim.lesson.modules import joined
from toc_sim.lesson.path import path_for_page
from toc_sim.report.document import JsonObject
from toc_sim.report.html.page_frame import embedded, source_hash

_WEB = "web"
_MAIN = "main.js"

CONNECTS = "connect-src 'self'; "
"""Of a policy: the page may ask its own server, and nobody else."""


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page, and what it may do.

    Attributes
    ----------
    html
        In UTF-8.
    policy
        Its content security policy, which stands in it as well.
    """

    html: bytes
    policy: str


def lesson_page(language: str) -> BuiltPage:
    """Return the page of the lesson, which needs nothing else.

    Parameters
    ----------
    language
        Of its sentences: a file of words has its name.
    """
    data = {
        **cups_for_page(),
        "chance": chance_for_page(),
        "path": path_for_page(),
        "shops": _shops(),
    }
    return built(language, _MAIN, words_of(language), data)


def built(
    language: str,
    main: str,
    words: Mapping[str, Any],
    data: JsonObject,
    *,
    styles: Sequence[str] = ("page.css",),
    connects: bool = False,
) -> BuiltPage:
    """Return a page in one file of HTML.

    It runs its own program alone: its content security policy names that by its hash.

    Parameters
    ----------
    language
        Of its sentences.
    main
        The path of its module.
    words, data
        What the program is told.
    styles
        Paths of its style, the first first.
    connects
        Whether it may ask the server that it comes from.
    """
    web = files("toc_sim.lesson").joinpath(_WEB)
    style = "".join(web.joinpath(each).read_text(encoding="utf-8") for each in styles)
    script = joined(_modules(web), main)
    policy = (
        f"default-src 'none'; script-src {source_hash(script)}; "
        f"style-src {source_hash(style)}; {CONNECTS if connects else ''}"
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
        data=embedded({"language": language, "words": words, **data}),
    )
    return BuiltPage(html.encode("utf-8"), policy)


def words_of(language: str, folder: str = "words") -> Mapping[str, Any]:
    """Return all sentences of the lesson: texts, or texts by plural form.

    Parameters
    ----------
    language
        A file of words has its name.
    folder
        Where that is.
    """
    web = files("toc_sim.lesson").joinpath(_WEB, folder, f"{language}.json")
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
