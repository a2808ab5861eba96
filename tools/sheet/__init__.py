"""The parts of the component sheet."""

from __future__ import annotations
