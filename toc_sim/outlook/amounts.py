"""What a closing is worth: as its item says, or as those to come are expected to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import at_times
from toc_sim.engine.result import RunResult
from toc_sim.network import Network
from toc_sim.outlook.todays_items import OpenItem
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.model import Scenario
from toc_sim.streams import Purpose, generator

_Money = NDArray[np.float64]

FEWEST_AMOUNTS = 20
"""Amounts of open items that show how they differ; with fewer all are the price."""

_STREAM = "amounts of items to come"

_NOW = np.zeros(1)


@dataclass(frozen=True, slots=True)
class ClosingAmounts:
    """What items are worth if they are won.

    An item that is open has its own amount, if it is told. One that is still to come is
    worth the price; where enough amounts are told, it differs from the price as they
    differ from their mean.

    Attributes
    ----------
    scenario
        Has the prices.
    told
        Of each open item [money]; nan: not told. Shape (items,).
    """

    scenario: Scenario
    told: _Money

    @property
    def known(self) -> _Money:
        """The amounts that are told [money]."""
        return self.told[~np.isnan(self.told)]

    @property
    def are_there(self) -> bool:
        """Whether anything is known of money: prices, or enough amounts."""
        return len(self.known) >= FEWEST_AMOUNTS or self.has_prices

    @property
    def has_prices(self) -> bool:
        """Whether the scenario says what every product is sold for."""
        products = tuple(self.scenario.products) or ("",)
        return all(self._price_of(product) is not None for product in products)

    def of_item(self, item: OpenItem, number: int) -> float:
        """Return what an open item is worth if it is won [money].

        Parameters
        ----------
        item, number
            The item, and its number among those that are open.
        """
        own = float(self.told[number])
        return own if isfinite(own) else float(self._prices(item.product, _NOW)[0])

    def of_closings(
        self, net: Network, result: RunResult, items: NDArray[np.intp]
    ) -> _Money:
        """Return what each closing of a run is worth [money].

        Parameters
        ----------
        net, result
            What was run, and the run.
        items
            The open item of each closing, by number; below 0: it came later.
        """
        money = self._at_prices(net, result)
        spread = self.known
        if len(spread) >= FEWEST_AMOUNTS and spread.mean() > 0:
            source = generator(
                result.seed, result.replication, _STREAM, Purpose.CUSTOMERS
            )
            picked = (source.random(len(money)) * len(spread)).astype(np.intp)
            money = money * (spread[picked] / spread.mean())
        own = np.full(len(money), np.nan)
        own[items >= 0] = self.told[items[items >= 0]]
        return np.where(np.isnan(own), money, own)

    def _at_prices(self, net: Network, result: RunResult) -> _Money:
        """Return the price of each closing at its time [money]."""
        times = result.departures
        if not net.has_several_products:
            return self._prices(net.sold[0] or "", times)
        prices = np.empty(len(times))
        for seller in np.unique(result.sellers):
            at = result.sellers == seller
            product = net.nodes[int(seller)].product or ""
            prices[at] = self._prices(product, times[at])
        return prices

    def _prices(self, product: str, times: _Money) -> _Money:
        """Return what a product is sold for; without prices, what is open is worth."""
        price = self._price_of(product)
        if price is None:
            price = float(self.known.mean()) if len(self.known) else np.nan
        return at_times(price, times)

    def _price_of(self, product: str) -> float | Profile | None:
        """Return the price of a product; None: the scenario does not say."""
        told = self.scenario.products.get(product)
        if told is not None and told.price is not None:
            return told.price
        economics = self.scenario.economics
        general = None if economics is None else economics.price
        return general if isinstance(general, Profile) or general else None


def amounts_of(scenario: Scenario, items: Sequence[OpenItem]) -> ClosingAmounts:
    """Return what is known of amounts.

    Parameters
    ----------
    scenario
        Has the prices.
    items
        What is open.
    """
    return ClosingAmounts(
        scenario, np.array([item.amount for item in items], dtype=float)
    )
