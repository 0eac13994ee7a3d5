"""The answer card: a sentence, the figures that matter, and the whole report folded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from toc_sim.language import phrase

_STYLE = (
    "border:1px solid #c9ced6;border-radius:6px;padding:.8em 1em;max-width:60em;"
    "font-family:system-ui,sans-serif"
)
_FACT = "display:inline-block;margin:.4em 2em .4em 0"
_LABEL = "display:block;font-size:.8em;opacity:.75"
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
    whole = phrase("The whole answer")
    shown = "".join(
        f'<span style="{_FACT}"><span style="{_LABEL}">{escape(name)}</span>'
        f'<span style="{_FIGURE}">{escape(figure)}</span></span>'
        for name, figure in facts
    )
    return (
        f'<div style="{_STYLE}"><strong>{escape(sentence)}</strong>'
        f"<div>{shown}</div>"
        f"<details><summary>{escape(whole)}</summary>"
        '<pre style="overflow-x:auto">'
        f"{escape(report)}</pre></details></div>"
    )
