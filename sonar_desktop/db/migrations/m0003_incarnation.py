"""Version 3, November 2026: a new incarnation, when this store was copied or put back.

`first_seq` is the number of the first operation of the present one. Only a new incarnation, which
names itself in `purge`, gives an operation another place; it cannot touch what was entered.
"""

from __future__ import annotations

VERSION = 3

STATEMENTS = (
    "ALTER TABLE device ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1",
    "DROP TRIGGER own_op_is_final",
    """CREATE TRIGGER own_op_is_final
    BEFORE UPDATE OF op_seq, op_id, txn_id, kind, entity, payload, written_ms ON own_op
    BEGIN SELECT RAISE(ABORT, 'an operation is never changed'); END""",
    """CREATE TRIGGER own_op_stays_in_its_place BEFORE UPDATE OF header, signature ON own_op
    WHEN OLD.state <> 'waiting' OR NOT EXISTS (SELECT 1 FROM purge)
    BEGIN SELECT RAISE(ABORT, 'an operation is never changed'); END""",
)
