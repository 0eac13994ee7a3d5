"""Laws that every simulation keeps, and strategies that draw scenarios, for tests.

`toc_sim.testing.laws` checks one scenario; `toc_sim.testing.strategies` draws many of
them and needs Hypothesis (``pip install 'toc-sim[testing]'``). Neither is loaded until
it is imported by its own name.
"""
