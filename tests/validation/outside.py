"""Exact results that are not run: what they are about, and why it is not said here."""

from __future__ import annotations

STATISTICS = (
    "a formula of the choice among simulated variants, not of a pipeline: met where "
    "variants are chosen (tests/validation/test_selection.py)"
)

REASONS = {
    "simulation_statistics": STATISTICS,
}
"""Why a case is not run, by its name or its family."""
