"""Version 3: the operations that wait for a newer server are found without reading all others."""

from __future__ import annotations

VERSION = 3

STATEMENTS = ("CREATE INDEX op_newer ON op (site_id) WHERE reason = 'newer_schema'",)
