"""What limited the output in records, in one sentence or two, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toc_sim.calibration.estimates import Delay
from toc_sim.calibration.stage_records import StageRecord
from toc_sim.calibration.written_figures import days_or_hours, percent, short
from toc_sim.language import phrase

MATTERS = 0.05
"""A stage that has a smaller part of all visits, of all work and of all waiting
decides nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is weighed to tell what limited the output.

    Attributes
    ----------
    records
        Of each stage.
    own_wait
        Of each, whether its wait is for the company's own staff; None: not told.
    delays
        Time without a capacity, the longest in all first.
    followers
        Of each stage, the one that most go on to; empty: none.
    loses_silently
        Whether cases are lost without a record of it.
    days
        How long a period is [days].
    """

    records: Sequence[StageRecord]
    own_wait: Sequence[bool | None]
    delays: Sequence[Delay]
    followers: Sequence[str]
    loses_silently: bool
    days: float


def what_limited(limits: Limits) -> str:
    """Return what limited the output in the records, for people.

    Parameters
    ----------
    limits
        What is weighed.
    """
    full = [each for each in _that_matter(limits) if _word(each) == "saturated"]
    if full:
        return _by_a_stage(max(full, key=_time_at))
    if limits.loses_silently:
        return _by_arrivals_unseen(limits)
    if any(record.tells_work for record in limits.records):
        return _with_work(limits)
    return _without_work(limits)


def _that_matter(limits: Limits) -> list[StageRecord]:
    whole = sum(record.finished for record in limits.records)
    time = sum(_time_at(record) for record in limits.records)
    work = sum(_work_at(record) for record in limits.records)
    return [
        record
        for record in limits.records
        if record.finished >= MATTERS * whole
        or _time_at(record) >= MATTERS * time > 0
        or _work_at(record) >= MATTERS * work > 0
    ]


def _word(record: StageRecord) -> str:
    return record.judgement.saturation


def _time_at(record: StageRecord) -> float:
    """Return how long cases waited at a stage, or were there, in all [periods]."""
    times = record.times
    if record.tells_work:
        return times.wait * len(times.worked)
    return float(times.stayed.sum())


def _work_at(record: StageRecord) -> float:
    return float(record.times.worked.sum())


def _by_a_stage(record: StageRecord) -> str:
    return phrase(
        "{stage} limited the output: it was at the end of its capacity, {pace} a week. "
        "{evidence}",
        stage=record.title,
        pace=short(7 * record.judgement.capacity.pace),
        evidence=record.judgement.evidence,
    )


def _by_arrivals_unseen(limits: Limits) -> str:
    follows = [r for r in _that_matter(limits) if _word(r) == "not saturated"]
    if not follows:
        return phrase(
            "What limited the output cannot be told: losses are not recorded, so what "
            "lies at each stage is not known, and wins did not clearly follow what "
            "came in."
        )
    return phrase(
        "What comes in limited the output, not those who work on it. {evidence}",
        evidence=follows[-1].judgement.evidence,
    )


def _with_work(limits: Limits) -> str:
    matter = _that_matter(limits)
    own = _longest_own_wait(limits)
    delay = limits.delays[0] if limits.delays else None
    if delay is not None and own is not None and delay.mean > own.times.wait:
        return _by_a_delay(delay, own, limits)
    if all(_word(record) == "not saturated" for record in matter):
        return _by_arrivals()
    busiest = max(matter, key=lambda each: _busy(each) * (_work_at(each) > 0))
    longest = max(matter, key=_time_at)
    if busiest is not longest:
        return _criteria_disagree(busiest, longest, limits)
    return phrase(
        "Most likely {stage} limited the output, though it cannot be told for sure: "
        "both the busiest people and the longest waits are there. {evidence}",
        stage=busiest.title,
        evidence=busiest.judgement.evidence,
    )


def _longest_own_wait(limits: Limits) -> StageRecord | None:
    """Return the stage of the longest wait for own staff; None: not told."""
    matter = [record.title for record in _that_matter(limits)]
    own = [
        record
        for record, is_own in zip(limits.records, limits.own_wait, strict=True)
        if is_own and record.title in matter and len(record.times.waited)
    ]
    return max(own, key=lambda each: float(each.times.waited.mean()), default=None)


def _by_a_delay(delay: Delay, own: StageRecord, limits: Limits) -> str:
    parts = {
        "before": delay.before,
        "after": delay.after,
        "mean": _mean_of(delay, limits.days),
        "why": delay.why,
        "stage": own.title,
        "wait": days_or_hours(float(own.times.waited.mean()) * limits.days),
        "evidence": own.judgement.evidence,
    }
    return phrase(
        "No stage was surely at the end of its capacity. Most time passes between "
        "{before} and {after}, {mean}, a delay without a capacity: {why}. "
        "The longest wait for own staff is {wait}, at {stage}. {evidence}",
        **parts,
    )


def _mean_of(delay: Delay, days: float) -> str:
    """Return how long a delay is, and from a case's first if that is clearly longer."""
    mean = phrase("{mean} on average", mean=days_or_hours(delay.mean * days))
    if delay.of_first is None or delay.of_first < (1 + MATTERS) * delay.mean:
        return mean
    return phrase(
        "{mean} ({first} from the first {before} of a case to its first {after})",
        mean=mean,
        before=delay.before,
        after=delay.after,
        first=days_or_hours(delay.of_first * days),
    )


def _by_arrivals() -> str:
    return phrase(
        "What comes in limited the output: no stage was at the end of its capacity."
    )


def _busy(record: StageRecord) -> float:
    watch = record.judgement.watch
    return watch.busy if watch is not None and not record.is_booked else 0.0


def _criteria_disagree(
    busiest: StageRecord, longest: StageRecord, limits: Limits
) -> str:
    parts = {
        "busiest": busiest.title,
        "busy": percent(_busy(busiest)),
        "longest": longest.title,
        "wait": days_or_hours(longest.times.wait * limits.days),
        "idle": percent(_busy(longest)),
    }
    return phrase(
        "What limited the output cannot be told: two criteria disagree. By their hours "
        "those at {busiest} were the busiest, {busy} % of the time at which they are "
        "seen at work; by waiting it is {longest}, where work lay for {wait} on "
        "average, though those who do it were busy for {idle} % of their time. It may "
        "have waited there for something that the records do not tell: a batch, a "
        "priority, a part.",
        **parts,
    )


def _without_work(limits: Limits) -> str:
    matter = [r for r in _that_matter(limits) if len(r.times.stayed)]
    followed = [r for r in matter if _word(r) == "not saturated"]
    if matter and len(followed) == len(matter):
        return phrase(
            "What comes in limited the output: at every stage that matters output "
            "followed it, and no queue grew. How long work takes is not told, so that "
            "each capacity is only known to be at least what was seen."
        )
    longest = max(matter, key=_time_at, default=None)
    if longest is None:
        return phrase("What limited the output cannot be told: too little passed.")
    follower = limits.followers[list(limits.records).index(longest)]
    parts = {
        "stage": longest.title,
        "next": follower,
        "mean": days_or_hours(float(longest.times.stayed.mean()) * limits.days),
        "evidence": longest.judgement.evidence,
    }
    if follower:
        return phrase(
            "Most time was spent at {stage}, {mean} on average: the queue stands "
            "before {next}, which most went on to. Whether that was at the end of its "
            "capacity is not sure. {evidence}",
            **parts,
        )
    return phrase(
        "Most time was spent at {stage}, {mean} on average. Whether it was at the end "
        "of its capacity is not sure. {evidence}",
        **parts,
    )
