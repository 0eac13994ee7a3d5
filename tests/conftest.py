"""How hard the properties are tried: quickly at a desk, thoroughly in CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy runner is not a failure
)
settings.load_profile(
    "ci" if os.environ.get("CI", "").lower() in {"1", "true"} else "dev"
)


@pytest.fixture(autouse=True)
def _own_store(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep what tests simulate out of the store of whoever runs them."""
    path: Path = tmp_path_factory.getbasetemp() / "runs.sqlite"
    monkeypatch.setenv("TOC_SIM_STORE", str(path))
