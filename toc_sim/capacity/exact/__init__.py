"""What theory says exactly, where it does, without simulating."""

from __future__ import annotations
