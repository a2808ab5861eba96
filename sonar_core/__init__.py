"""What client and server must agree on: pure Python, no I/O, no clock, no randomness."""

from __future__ import annotations
