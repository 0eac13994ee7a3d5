"""Exact results that are not run: what they are about, and why it is not said here."""

from __future__ import annotations

PRODUCTS = (
    "products with their own price and times come with a later version of the format"
)
ASSEMBLY = "assembly (one of each part) comes with a later version of the format"
PATIENCE = (
    "items that leave a queue when they lose patience come with a later version of "
    "the format"
)
SLOTTED = (
    "another kind of time: all machines move at once in slots, and one whose buffer "
    "is full does not start (blocked before service); here time is continuous and a "
    "finished item blocks (after service)"
)
DICE = (
    "another kind of time: in each round a player moves up to a die's number of "
    "matches at once and what he could have moved is lost; here items are served "
    "one by one and a server that has work does not stop"
)
STATISTICS = (
    "a formula of the choice among simulated variants, not of a pipeline: met where "
    "variants are chosen (tests/validation/test_selection.py)"
)

REASONS = {
    "product_mix": PRODUCTS,
    "impatience": PATIENCE,
    "bernoulli_PSE": SLOTTED,
    "dice_game": DICE,
    "simulation_statistics": STATISTICS,
    "assembly": ASSEMBLY,
    "assembly-ctmc": ASSEMBLY,
    "assembly-inst": ASSEMBLY,
    "forkjoin-2": "fork and join of one item come with a later version of the format",
}
"""Why a case is not run, by its name or its family."""
