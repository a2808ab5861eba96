"""The encrypted store on this PC."""

from __future__ import annotations
