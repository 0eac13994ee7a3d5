"""The answer card: a sentence, the figures that matter, and the whole report folded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_STYLE = (
    "border:1px solid #c9ced6;border-radius:6px;padding:.8em 1em;max-width:60em;"
    "font-family:system-ui,sans-serif"
)
_FACT = "display:inline-block;margin:.4em 2em .4em 0"
_LABEL = "display:block;font-size:.8em;opacity:.75"
_REPORT = "overflow-x:auto;white-space:pre;font:.9em/1.3 ui-monospace,monospace"
"""Of the folded report: JupyterLab gives it the font of the card, and no column stands
under its head then."""
_FIGURE = "font-size:1.3em;font-variant-numeric:tabular-nums"


def card(sentence: str, facts: Sequence[tuple[str, str]], report: str) -> str:
    """Return an answer as a piece of HTML that needs nothing around it.

    Parameters
    ----------
    sentence
        The answer.
    facts
        Figures, each with its name before it.
    report
        What a terminal would show, folded away.
    """
    shown = "".join(
        f'<span style="{_FACT}"><span style="{_LABEL}">{escape(name)}</span>'
        f'<span style="{_FIGURE}">{escape(figure)}</span></span>'
        for name, figure in facts
    )
    return (
        f'<div style="{_STYLE}"><strong>{escape(sentence)}</strong>'
        f"<div>{shown}</div>"
        "<details><summary>The whole answer</summary>"
        f'<pre style="{_REPORT}">'
        f"{escape(report)}</pre></details></div>"
    )
