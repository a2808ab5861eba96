"""A made-up suite."""

from __future__ import annotations
