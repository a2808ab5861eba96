"""Version 9, November 2026: stays that left this PC because the person moved to another suite."""

from __future__ import annotations

VERSION = 9

STATEMENTS = ("ALTER TABLE retired ADD COLUMN is_moved INTEGER NOT NULL DEFAULT 0",)
