"""Version 1, November 2026: the first tables."""

from __future__ import annotations

VERSION = 1

_ROW = """
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    commit_no INTEGER NOT NULL,
    patient BLOB,
    episode BLOB,
    at_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    provenance BLOB NOT NULL,
    row_hash BLOB NOT NULL
"""

STATEMENTS = (
    # Rows from the server: `record` holds the newest version of each, `version` the others.
    f"CREATE TABLE record ({_ROW})",
    "CREATE UNIQUE INDEX record_id ON record (id)",
    # By both: an episode can be moved to another patient, and its facts keep the one they name.
    "CREATE INDEX record_patient ON record (patient) WHERE patient IS NOT NULL",
    "CREATE INDEX record_episode ON record (episode) WHERE episode IS NOT NULL",
    "CREATE INDEX record_kind ON record (kind)",
    f"CREATE TABLE version ({_ROW})",
    "CREATE UNIQUE INDEX version_id ON version (id, version)",
    # This PC's own operations, from the user action on; `state` is waiting, held or acked.
    """CREATE TABLE own_op (
        op_seq INTEGER PRIMARY KEY,
        op_id TEXT NOT NULL UNIQUE,
        txn_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        entity BLOB NOT NULL,
        header BLOB NOT NULL,
        payload BLOB NOT NULL,
        signature BLOB NOT NULL,
        written_ms INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'acked')),
        verdict TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 0,
        settled_ms INTEGER
    )""",
    "CREATE INDEX own_op_open ON own_op (state, op_seq) WHERE state <> 'acked'",
    # Which records look different because of an operation whose row has not come back yet.
    """CREATE TABLE op_effect (
        op_seq INTEGER NOT NULL REFERENCES own_op (op_seq),
        kind TEXT NOT NULL,
        id BLOB NOT NULL,
        settles_at INTEGER,
        PRIMARY KEY (op_seq, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX op_effect_id ON op_effect (id)",
    # Those records as shown: the confirmed one with the effects on top.
    """CREATE TABLE pending (
        kind TEXT NOT NULL,
        id BLOB NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        patient BLOB,
        episode BLOB,
        at_ms INTEGER NOT NULL,
        body BLOB NOT NULL,
        provenance BLOB NOT NULL
    )""",
    "CREATE INDEX pending_patient ON pending (patient)",
    # What an open conflict is about: the disputed entity, or the facts in dispute.
    """CREATE TABLE dispute (
        conflict BLOB NOT NULL,
        subject BLOB NOT NULL,
        PRIMARY KEY (conflict, subject)
    ) WITHOUT ROWID""",
    # One line for each open episode; `row` is NULL until it can be built.
    """CREATE TABLE board_row (
        episode BLOB NOT NULL PRIMARY KEY,
        patient BLOB NOT NULL,
        row BLOB
    )""",
    """CREATE TABLE cursor (
        scope TEXT NOT NULL PRIMARY KEY,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        commit_no INTEGER NOT NULL,
        chain BLOB NOT NULL,
        digest BLOB NOT NULL
    )""",
    """CREATE TABLE snapshot (
        scope TEXT NOT NULL PRIMARY KEY,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        commit_no INTEGER NOT NULL,
        chain BLOB NOT NULL,
        unattached INTEGER NOT NULL,
        unattached_held INTEGER NOT NULL,
        unattached_done INTEGER NOT NULL,
        total_rows INTEGER NOT NULL,
        done_rows INTEGER NOT NULL
    )""",
    """CREATE TABLE snapshot_patient (
        scope TEXT NOT NULL REFERENCES snapshot (scope),
        place INTEGER NOT NULL,
        patient BLOB NOT NULL,
        board_rows INTEGER NOT NULL,
        other_rows INTEGER NOT NULL,
        board_done INTEGER NOT NULL,
        other_done INTEGER NOT NULL,
        PRIMARY KEY (scope, place)
    ) WITHOUT ROWID""",
    """CREATE TABLE draft (
        author TEXT NOT NULL,
        record TEXT NOT NULL,
        form TEXT NOT NULL,
        episode TEXT,
        body BLOB NOT NULL,
        place TEXT NOT NULL,
        saved_ms INTEGER NOT NULL,
        PRIMARY KEY (author, record)
    )""",
    "CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    # This PC: one row once it is enrolled.
    """CREATE TABLE device (
        only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
        device TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        site TEXT NOT NULL,
        site_name TEXT NOT NULL,
        organisation TEXT NOT NULL,
        zone TEXT NOT NULL,
        server_id TEXT NOT NULL,
        scopes BLOB NOT NULL,
        identity BLOB NOT NULL,
        lease_public BLOB NOT NULL,
        recovery_public BLOB NOT NULL,
        next_seq INTEGER NOT NULL,
        prev_hash TEXT NOT NULL,
        hlc TEXT NOT NULL
    )""",
    """CREATE TABLE contact (
        only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
        contact_ms INTEGER NOT NULL,
        server_ms INTEGER NOT NULL
    )""",
    """CREATE TABLE store_state (
        only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
        is_clean INTEGER NOT NULL
    )""",
    "INSERT INTO store_state (only_one, is_clean) VALUES (1, 1)",
    # A purge names itself here, inside its own transaction; without a name nothing goes.
    "CREATE TABLE purge (name TEXT NOT NULL)",
    """CREATE TRIGGER record_only_grows BEFORE UPDATE ON record
    WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.version <= OLD.version
        OR NOT EXISTS (
            SELECT 1 FROM version AS kept
            WHERE kept.id = OLD.id AND kept.version = OLD.version
                AND kept.row_hash = OLD.row_hash AND kept.body = OLD.body
                AND kept.provenance = OLD.provenance
        )
    BEGIN SELECT RAISE(ABORT, 'a record is followed by its next version, never changed'); END""",
    """CREATE TRIGGER record_stays BEFORE DELETE ON record
    WHEN NOT EXISTS (SELECT 1 FROM purge)
    BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END""",
    """CREATE TRIGGER version_is_final BEFORE UPDATE ON version
    BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END""",
    """CREATE TRIGGER version_stays BEFORE DELETE ON version
    WHEN NOT EXISTS (SELECT 1 FROM purge)
    BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END""",
    """CREATE TRIGGER own_op_is_final
    BEFORE UPDATE OF op_seq, op_id, txn_id, kind, entity, header, payload, signature, written_ms
    ON own_op
    BEGIN SELECT RAISE(ABORT, 'an operation is never changed'); END""",
    """CREATE TRIGGER own_op_needs_a_verdict BEFORE UPDATE OF state ON own_op
    WHEN NEW.state <> 'waiting' AND (NEW.verdict = '' OR NEW.settled_ms IS NULL)
    BEGIN SELECT RAISE(ABORT, 'an operation leaves the outbox by its verdict'); END""",
    """CREATE TRIGGER own_op_stays BEFORE DELETE ON own_op
    WHEN OLD.state <> 'acked' OR NOT EXISTS (SELECT 1 FROM purge)
    BEGIN SELECT RAISE(ABORT, 'an operation is never deleted'); END""",
)
