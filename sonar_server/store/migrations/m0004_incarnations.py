"""Version 4: incarnations that devices began anew, and operations sent again in them.

A chain begins at `first_seq`, where its device left the chain `parent`. `repeats` is the id of the
operation that another incarnation of the same device brought before.
"""

from __future__ import annotations

VERSION = 4

STATEMENTS = (
    "ALTER TABLE device_chain ADD COLUMN parent bigint NOT NULL DEFAULT 0",
    "ALTER TABLE device_chain ADD COLUMN first_seq bigint NOT NULL DEFAULT 1",
    "ALTER TABLE op ADD COLUMN repeats bytea",
    "CREATE INDEX op_repeats ON op (site_id, repeats) WHERE repeats IS NOT NULL",
)
