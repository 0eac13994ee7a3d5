"""A model is laid beside the records that it came from, and never offered silently.

It is run over the stretch of time that the records tell of, and both are measured in the
same way; then it is drawn from the first part of the records alone, and the last part
is laid beside what it said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import Literal

import numpy as np

from toc_sim.calibrate.case_course import CaseCourse, recorded_course
from toc_sim.calibrate.draft import draft_of
from toc_sim.calibrate.estimates import Draft
from toc_sim.calibrate.miss import miss_said, reasons, verdict_said
from toc_sim.calibrate.model_course import ModelCourses, Stretch, model_courses
from toc_sim.calibrate.period_choice import DAYS_IN
from toc_sim.calibrate.suspicions.edges import cut_at, losses_are_told, warm_from
from toc_sim.calibrate.suspicions.said import date_said
from toc_sim.constraint.intervals import Interval, over
from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.records.visits import Days, Visits
