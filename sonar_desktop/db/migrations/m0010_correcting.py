"""Version 10, November 2026: which fact an operation takes the place of, one held back too."""

from __future__ import annotations

VERSION = 10

STATEMENTS = (
    "ALTER TABLE own_op ADD COLUMN follows BLOB",
    "CREATE INDEX own_op_follows ON own_op (follows) WHERE follows IS NOT NULL",
    "DROP TRIGGER own_op_is_final",
    """CREATE TRIGGER own_op_is_final
    BEFORE UPDATE OF op_seq, op_id, txn_id, kind, entity, follows, payload, written_ms ON own_op
    BEGIN SELECT RAISE(ABORT, 'an operation is never changed'); END""",
)
