"""What happened to each case, stage by stage: the form of all records of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import Words

CASE_OPEN, CASE_WON, CASE_LOST = 0, 1, 2
"""How a case stands at the end of the records: under way, come to its good end, or
gone without it."""

NOT_TOLD = -1
"""The code of a resource, owner, product or segment that is not told."""

Days = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Every stretch of work, where one visit may have several.

    Attributes
    ----------
    visit
        In which visit it was, shape (sessions,), int32; it never falls.
    resource
        Who worked, of the visits' `resources`; `NOT_TOLD` where it is not told.
    started, finished
        When the stretch began and ended; nan: its other end alone is told [days].
    """

    visit: Codes
    resource: Codes
    started: Days
    finished: Days


@dataclass(frozen=True, slots=True)
class Visits:
    """Every stay of a case at a stage, in the order of cases and of time within them.

    Times are days since `begin`; nan: it is not told, or not yet. A case is a row of
    the arrays of cases (``created`` ... ``product``), its visits are the rows ``n``
    with ``case[n]`` equal to its number; ``case`` never falls, and within a case
    ``arrived`` and then ``finished`` never fall.

    Attributes
    ----------
    case, stage
        Of each visit, shape (visits,), int32.
    arrived
        When the case came to the stage, or was handed to it: of a log with moments of
        scheduling those, of one with completions alone the end of the visit before
        [days].
    started
        When work on it began; nan where the records do not tell [days].
    finished
        When the case had done with the stage; nan: it is still there [days].
    resource
        Who worked on it, of `resources`; `NOT_TOLD` where it is not told.
    stages, resources
        Their names.
    created
        When each case came, shape (cases,) [days]; nan: not told.
    closed
        When it was over [days]; nan: it is open.
    outcome
        `CASE_OPEN`, `CASE_WON` or `CASE_LOST`, shape (cases,), int8.
    amount
        What it is worth, shape (cases,) [money]; nan: not told.
    owner, product
        Of each case, shape (cases,), of `owners` and `products`, or `NOT_TOLD`.
    owners, products
        Their names.
    names
        What each case is called; empty where there are too many to keep.
    begin
        A midnight, at or before the first moment of the records.
    span
        From `begin` to the last moment of the records [days].
    shape
        What the records were: ``event log``, ``stage history``, ``snapshot`` or
        ``joined``.
    tells_starts, tells_requests, tells_losses, tells_history
        Whether the records tell when work began; when it was asked for (scheduled);
        when a case was lost; and when a case moved from stage to stage (a snapshot does
        not).
    has_time
        Whether moments tell the time of day.
    marks
        Of each stage whether it is a mark: something that is noted in no time, and no
        work of anybody. Shape (stages,), bool.
    notices, dropped
        What is to be known of how they were read.
    sessions
        The stretches of work in the visits, each with who worked: a visit holds all
        that follow each other at one stage, from its `started` to its `finished`, and
        between them nobody was at work on it. None: the records do not tell.
    attributes
        By its header, what else is told of each case, shape (cases,).
    outside
        Stages that somebody outside the company does, as the user said.
    """

    case: Codes
    stage: Codes
    arrived: Days
    started: Days
    finished: Days
    resource: Codes
    stages: tuple[str, ...]
    resources: tuple[str, ...]
    created: Days
    closed: Days
    outcome: NDArray[np.int8]
    amount: Days
    owner: Codes
    product: Codes
    owners: tuple[str, ...]
    products: tuple[str, ...]
    names: tuple[str, ...]
    begin: datetime
    span: float
    shape: str
    tells_starts: bool
    tells_requests: bool
    tells_losses: bool
    tells_history: bool
    has_time: bool
    marks: NDArray[np.bool_]
    notices: tuple[Notice, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    sessions: Sessions | None = None
    attributes: Mapping[str, Words] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.created)

    @property
    def worked(self) -> Days:
        """How long each visit was worked on; nan: not told, shape (visits,) [days].

        The sum of its sessions that are told with both ends, or from its start to its
        end where no sessions are told.
        """
        if self.sessions is None:
            return self.finished - self.started
        lengths = self.sessions.finished - self.sessions.started
        told = ~np.isnan(lengths)
        visits = self.sessions.visit[told]
        sums = np.bincount(visits, lengths[told], minlength=len(self.case))
        counts = np.bincount(visits, minlength=len(self.case))
        return np.where(counts > 0, sums, np.nan)
