"""Version 7, November 2026: when an operator put an end to a freeze of removal."""

from __future__ import annotations

VERSION = 7

STATEMENTS = ("ALTER TABLE removal_freeze ADD COLUMN lifted_ms INTEGER",)
