"""Version 11: passwords are replaced. No table changes: what a role may do is granted after it."""

from __future__ import annotations

VERSION = 11

STATEMENTS: tuple[str, ...] = ()
