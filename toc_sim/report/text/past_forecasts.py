"""How good past forecasts were, as `toc-sim quarter --backtest` prints it."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.language import phrase, phrase_of
from toc_sim.outlook.backtest import (
    FROM_STATE,
    RESAMPLED,
    WEIGHTED,
    Backtest,
    PastForecast,
    loses_to,
)
from toc_sim.report.formats import counted, given, number
from toc_sim.report.text.table import Blocks, Column, Fitted, fitted, marked, texts
from toc_sim.scenario.fields.words import Noun

DOUBTFUL = 0.5
"""Bands of 80 % that hold in less than this part of forecasts are not to be trusted."""


def past_forecasts_blocks(found: Backtest, width: int) -> Blocks:
    """Yield how often past bands held, what each method lost, and each forecast.

    Parameters
    ----------
    found
        The past forecasts.
    width
        Of the window [characters].
    """
    yield past_forecasts_sentence(found)
    ours = found.score_of(FROM_STATE)
    if ours.forecasts:
        yield _scores(found, width), *loses_to(found), _note()
    yield _forecasts(found, width)
    yield tuple(_refused(found))


def past_forecasts_sentence(found: Backtest) -> str:
    """Say how often past bands held, and whether to trust them.

    Parameters
    ----------
    found
        The past forecasts.
    """
    ours = found.score_of(FROM_STATE)
    if not ours.forecasts:
        return phrase("No past forecast could be made from these records.")
    parts = {
        "time": counted(given(found.periods), Noun(found.period)),
        "narrow": ours.within_80,
        "wide": ours.within_90,
        "count": ours.forecasts,
    }
    told = phrase_of(
        "Of {count} past forecast, {time} ahead with what was known then, "
        "{narrow} lay within the band of 80 % and {wide} within that of 90 %.",
        "Of {count} past forecasts, {time} ahead with what was known then, "
        "{narrow} lay within the band of 80 % and {wide} within that of 90 %.",
        ours.forecasts,
        **parts,
    )
    if ours.within_80 >= DOUBTFUL * ours.forecasts:
        return told
    doubt = phrase("Do not trust this band: what came was seldom in it.")
    return f"{told} {doubt}"


def _scores(found: Backtest, width: int) -> Fitted:
    names = {
        FROM_STATE: phrase("from the state"),
        WEIGHTED: phrase("weighted pipeline"),
        RESAMPLED: phrase("past weeks again"),
    }
    best = [each.name == found.best for each in found.scores]
    held = [
        tuple(_of(each.within_80, each.forecasts) for each in found.scores),
        tuple(_of(each.within_90, each.forecasts) for each in found.scores),
    ]
    losses = tuple(f"{each.loss:.3g}" for each in found.scores)
    columns = [
        marked(phrase("method"), [names[each.name] for each in found.scores], best),
        Column(phrase("loss"), "", losses, 95),
        Column(phrase("in 80 %"), "", held[0], 90),
        Column(phrase("in 90 %"), "", held[1], 80),
    ]
    return fitted(columns, width, best)


def _of(held: int, count: int) -> str:
    return phrase("{held} of {count}", held=held, count=count)


def _note() -> str:
    return phrase(
        "Loss: the mean pinball loss of P5, P10, P50, P90 and P95, in closings; less "
        "is better. The weighted pipeline is one figure, without a date or a band. "
        "Forecasts whose times overlap are not independent."
    )


def _forecasts(found: Backtest, width: int) -> Fitted:
    told = found.forecasts
    bands = [each.ours for each in told]
    columns = [
        texts(phrase("on"), [each.date.isoformat() for each in told]),
        _column(phrase("open"), [each.open_cases for each in told], 50),
        *(
            _column(
                name,
                [None if each is None else getattr(each, end) for each in bands],
                importance,
            )
            for name, end, importance in (
                ("P10", "p10", 90),
                ("P50", "p50", 70),
                ("P90", "p90", 90),
            )
        ),
        _column(phrase("came"), [each.came for each in told], 95),
        _column(phrase("weighted"), [each.weighted.p50 for each in told], 40),
        _column(phrase("past weeks"), [each.resampled.p50 for each in told], 30),
    ]
    return fitted(columns, width)


def _column(
    name: str, values: list[float | None] | list[int] | list[float], importance: int
) -> Column:
    cells = tuple("" if value is None else number(value, 0) for value in values)
    return Column(name, "", cells, importance)


def _refused(found: Backtest) -> Iterator[str]:
    """Yield from which days no forecast could be made, and why."""
    for each in found.forecasts:
        if each.refused:
            yield _why(each)


def _why(each: PastForecast) -> str:
    return phrase(
        "No forecast from {date}: {reason}", date=each.date, reason=each.refused
    )
