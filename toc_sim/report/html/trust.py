"""Can this be trusted? What was checked, what was not, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, isfinite, isnan

from markupsafe import Markup

from toc_sim.report.formats import number, printable
from toc_sim.report.html.page_parts import Context, Section
from toc_sim.report.html.phrases import _, say
from toc_sim.report.html.stages import agreement
from toc_sim.report.text.capacity import theory_note
from toc_sim.report.text.run_notes import longer_options, run_notes
from toc_sim.scenario.fields.sections import Run

SHARP_ENOUGH = 0.02
"""Half of the interval of a throughput that is sharp enough [1]."""

_FEWEST_INSIDE = 20
"""Items that are let in at most, where a limit is tried."""

_ABOVE = 1e-9
"""A throughput further above what capacity allows than this part is a fault."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    passed
        Whether all is well; None where it was not checked.
    title, text
        What was looked at, and what was seen, with the command that mends it.
    """

    passed: bool | None
    title: str
    text: Markup


def trust_section(page: Context) -> Section:
    """Return what was checked: faults and gaps open, the rest folded."""
    checks = [*_checks(page)]
    wrong = [each for each in checks if each.passed is False]
    unknown = [each for each in checks if each.passed is None]
    fine = [each for each in checks if each.passed]
    parts = {"wrong": wrong, "unknown": unknown, "fine": fine}
    if wrong:
        title = say(
            "Can this be trusted? With care: {count} of {all} checks failed.",
            count=len(wrong),
            all=len(wrong) + len(fine),
        )
    else:
        title = say("Can this be trusted? All {count} checks passed.", count=len(fine))
    return Section("trust", title, "", parts)


def _checks(page: Context) -> Iterator[Check]:
    yield _replications(page)
    yield from _width(page)
    yield _settled(page)
    yield _warmup(page)
    yield from _bound(page)
    yield from _lift(page)
    yield _methods(page)
    yield from _exact(page)
    yield Check(
        None,
        _("every node lifted in turn"),
        say("Not checked here: {command}", command=page.command("run {file} --prove")),
    )
    if not page.found.verdict.policies:
        yield Check(
            None,
            _("policies"),
            say(
                "Opening hours, orders of work, limits, buffers and batches were not "
                "tried: {command}",
                command=page.command("report {file} -o report.html --policies"),
            ),
        )
    yield Check(
        None,
        _("the file itself"),
        say(
            "Its figures are taken as exact. Whether they are those of the business, "
            "no simulation can tell."
        ),
    )


def _replications(page: Context) -> Check:
    runs, shown = page.found.runs, page.shown
    title = _("replications")
    if runs.network.is_deterministic:
        text = say("One run says all: nothing in this model is left to chance.")
        return Check(True, title, text)  # noqa: FBT003 - passed
    count = shown.figure("run", "replications", given=True, term="replications")
    if len(runs.results) == 1:
        text = say(
            "One run tells nothing of how sure its figures are: {command}",
            command=page.command("report {file} -o report.html --replications 20"),
        )
        return Check(False, title, text)  # noqa: FBT003 - failed
    text = say(
        "{count} independent runs; intervals hold what they are about in {confidence} "
        "of cases.",
        count=count,
        confidence=shown.figure(
            *("run", "confidence"), times=100, given=True, unit="%", term="interval"
        ),
    )
    return Check(True, title, text)  # noqa: FBT003 - passed


def _width(page: Context) -> Iterator[Check]:
    """Yield whether the interval of the throughput is narrow."""
    told = page.found.verdict.throughput
    if not told.is_known or not told.half_width or not told.mean:
        return
    part = told.half_width / abs(told.mean)
    figure = page.shown.figure("run", "throughput", unit=page.pace, term="interval")
    title = _("how sharp the throughput is")
    if part <= SHARP_ENOUGH:
        yield Check(True, title, say("{figure}.", figure=figure))  # noqa: FBT003 - passed
        return
    count = ceil(len(page.found.runs.results) * (part / SHARP_ENOUGH) ** 2)
    command = f"report {{file}} -o report.html --replications {count}"
    yield Check(
        False,  # noqa: FBT003 - failed
        title,
        say(
            "{figure}: wide. About {count} replications make it sharp: {command}",
            figure=figure,
            count=number(count, 0),
            command=page.command(command),
        ),
    )


def _settled(page: Context) -> Check:
    """Return whether queues and times are those of the long run."""
    state, title = page.found.inside.settling, _("settled")
    if state.settled:
        text = say("Work in progress and flow time are those of the long run.")
        return Check(True, title, text)  # noqa: FBT003 - passed
    if isfinite(state.window) and state.queue:
        pairs = longer_options(page.found).items()
        options = " ".join(f"{name} {value}" for name, value in pairs)
        text = say(
            "The queue before {node} swings so slowly that work in progress and flow "
            "time are not those of the long run; throughput is known sooner: {command}",
            node=page.node(state.queue),
            command=page.command(f"report {{file}} -o report.html {options}"),
        )
        return Check(False, title, text)  # noqa: FBT003 - failed
    limit = max(_FEWEST_INSIDE, 2 * len(page.found.runs.network.nodes))
    text = say(
        "What is inside still grows, so work in progress and flow time depend on how "
        "long one looks. Let less in, as much as the constraint can do: {command}",
        command=page.command(f"run {{file}} --set release.conwip={limit}"),
    )
    return Check(False, title, text)  # noqa: FBT003 - failed


def _warmup(page: Context) -> Check:
    """Return how long was not measured at the start."""
    if page.found.runs.warmup:
        text = say(
            "The first {time} are not counted, then {horizon} are.",
            time=page.times("run", "warmup", term="warm-up"),
            horizon=page.times("run", "horizon"),
        )
    else:
        text = say(
            "{horizon} are counted from the empty start on.",
            horizon=page.times("run", "horizon"),
        )
    return Check(True, _("warm-up"), text)  # noqa: FBT003 - seen


def _bound(page: Context) -> Iterator[Check]:
    """Yield whether the throughput keeps to what capacity allows."""
    best = page.shown.at("run", "static", "throughput")
    if best is None or isnan(page.found.verdict.throughput.mean):
        return
    told = page.found.verdict.throughput
    parts = {
        "figure": page.shown.figure("run", "throughput", term="throughput", alone=True),
        "best": page.shown.figure(
            *("run", "static", "throughput"), unit=page.pace, term="capacity"
        ),
    }
    title = _("what capacity allows")
    if told.least <= best * (1 + _ABOVE):
        text = say("{figure} of at most {best} by averages.", **parts)
        yield Check(True, title, text)  # noqa: FBT003 - passed
        return
    longer = 10 * page.scenario.run.horizon
    text = say(
        "{figure} is more than {best}, what averages allow in the long run: stock at "
        "the start, or a short window. A longer one: {command}",
        command=page.command(f"report {{file}} -o report.html --horizon {longer:g}"),
        **parts,
    )
    yield Check(False, title, text)  # noqa: FBT003 - failed


def _lift(page: Context) -> Iterator[Check]:
    """Yield whether lifting the constraint was seen to lift the throughput."""
    lifts = page.found.verdict.lifts
    if not lifts or page.found.verdict.kind == "policy":
        return
    gain = lifts[0].gain
    root = ("run", "constraint", "lifts", 0, "gain")
    figure = page.shown.figure(*root, times=100 * lifts[0].step, unit="%", term="lift")
    title = _("the constraint lifted")
    if gain.least > 0:
        text = say("Lifting it lifted the throughput by {figure}.", figure=figure)
        yield Check(True, title, text)  # noqa: FBT003 - passed
        return
    text = say(
        "Lifting it brought {figure}, which does not stand out: {command}",
        figure=figure,
        command=page.command("run {file} --prove"),
    )
    yield Check(False, title, text)  # noqa: FBT003 - failed


def _methods(page: Context) -> Check:
    """Return whether the three methods agree."""
    verdict = page.found.verdict
    agree = bool({*verdict.constraint} & {*verdict.capacity.constraint})
    text = agreement(page)
    if not agree and verdict.capacity.constraint:
        text = say(
            "{told} Averages do not see chance and blocking, which is why it is "
            "simulated: {command}",
            told=text,
            command=page.command("run {file} --prove"),
        )
    return Check(agree or not verdict.capacity.constraint, _("three methods"), text)


def _exact(page: Context) -> Iterator[Check]:
    """Yield what theory says, where it is exact."""
    if page.found.theory.exact is not None:
        note = theory_note(page.found.runs.network, page.found.theory)
        yield Check(True, _("theory"), Markup("{}").format(note))  # noqa: FBT003 - known


def notes_section(page: Context) -> Section:
    """Return what was seen besides, what was assumed, and what is not known."""
    parts = {
        "seen": tuple(map(printable, run_notes(page.found))),
        "assumed": tuple(_assumed(page)),
        "unknown": tuple(_unknown(page)),
    }
    return Section("notes", say("What was assumed, and what is not known"), "", parts)


def _assumed(page: Context) -> Iterator[Markup]:
    """Yield the defaults that stand where the file may not say anything."""
    scenario, settings = page.scenario, page.scenario.run
    net = page.found.runs.network
    for field, default in Run.model_fields.items():
        value = getattr(settings, field)
        if value == default.default and field != "engine":
            if net.is_deterministic and field in ("replications", "seed", "confidence"):
                continue
            path = f"run.{field}"
            yield say("{field}: {value}, the default.", field=path, value=str(value))
    stages = {
        key: stage for key, stage in scenario.stages.items() if stage.kind != "source"
    }
    endless = [
        key
        for key, stage in stages.items()
        if getattr(stage, "buffer", None) == "unlimited"
    ]
    if endless:
        yield say(
            "Room before {count} of {all} nodes is unlimited (no buffer is given).",
            count=len(endless),
            all=len(stages),
        )
    still = [
        key
        for key, stage in stages.items()
        if stage.cv is None and stage.distribution is None
    ]
    if still:
        yield say(
            "Times at {count} of {all} nodes have the default spread (no cv and no "
            "distribution is given).",
            count=len(still),
            all=len(stages),
        )
    if scenario.economics is not None and not scenario.economics.discount_rate:
        yield say("Money later is worth as much as money now (discount rate 0).")
    if scenario.release == "push":
        yield say("What comes is let in at once (release: push).")


def _some_chance(page: Context) -> str:
    """Return the options that let the times of a stage vary."""
    stages = page.scenario.stages.items()
    stage = next(key for key, each in stages if each.kind not in ("source", "market"))
    return f"--replications 20 --set {stage}.cv=1"


def _unknown(page: Context) -> Iterator[Markup]:
    """Yield what this report cannot say, and what would let it."""
    if not page.has_money:
        yield say(
            "What the constraint costs in money: the file has no economics. With a "
            "price it is told."
        )
    if page.report.comparison is None:
        yield say("Which purchase pays: the file has no tools.")
    if page.found.runs.network.is_deterministic:
        yield say(
            "How much chance costs: nothing here varies. To see it: {command}",
            command=page.command(f"run {{file}} {_some_chance(page)}"),
        )
    if page.report.breakdown is None and page.report.pushes:
        yield say(
            "What each of {count} parameters brings: too many for this page: {command}",
            count=page.report.pushes,
            command=page.command("breakdown {file}"),
        )
    if page.report.last is None:
        yield say(
            "What has changed since last time: {command}",
            command=page.command("report {file} -o report.html --against LAST.json"),
        )
    else:
        yield say("Whether what has changed will stay: two runs are no trend.")
