"""What pages of a report share: templates, style, and the record that stands in them.

A page runs nothing and loads nothing: its policy names its style by a hash.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from toc_sim.report.document import JsonObject
from toc_sim.report.figures.palette import PALETTE
from toc_sim.report.html.phrases import _, say

_TEMPLATES = "templates"


def embedded(record: JsonObject) -> Markup:
    r"""Return a record as JSON that can stand in a page.

    Parameters
    ----------
    record
        Objects, lists, numbers and texts.

    Returns
    -------
    Without a character that could end the element, or a line of a script.

    Examples
    --------
    >>> from toc_sim.report.html.page_frame import embedded
    >>> str(embedded({"name": "</script>&"}))
    '{"name":"\\u003c/script\\u003e\\u0026"}'
    """
    text = json.dumps(
        record, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end the element


def source_hash(text: str) -> str:
    """Return how a content security policy names a program or a style by its hash.

    Parameters
    ----------
    text
        All that stands between the tags.
    """
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def templates() -> Environment:
    """Return the templates of all pages.

    What is put into them is text unless known to be HTML; a name that a template does
    not get is a fault of ours.
    """
    environment = Environment(
        loader=PackageLoader("toc_sim.report.html", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(_=_, say=say)
    return environment


def style_sheet(*names: str) -> str:
    """Return the style sheet of all pages, with the colours of all figures in it.

    Parameters
    ----------
    names
        Of the sheets of a page of its own, put after it.
    """
    folder = files("toc_sim.report.html").joinpath(_TEMPLATES)
    sheets = [folder.joinpath(name) for name in ("page.css", *names)]
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    for place, colour in enumerate(PALETTE):
        text = text.replace(f"PALETTE{place}", colour)
    return text
