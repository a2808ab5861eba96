from __future__ import annotations

import msgspec

from sonar_core.sync.rows import EMPTY_DIGEST
from sonar_desktop.db import cursors
from sonar_desktop.db.writer import Priority
from tests.db.clinic import CLINICAL


def test_a_scope_is_unbegun_until_something_of_it_is_kept(desk):
    at = desk.database.read(lambda connection: cursors.cursor_at(connection, CLINICAL))
    assert cursors.is_unbegun(at)
    assert desk.database.read(lambda one: cursors.digest_at(one, CLINICAL)) == EMPTY_DIGEST
    after = msgspec.structs.replace(at, epoch=3, seq=2, commit_no=1, chain=b"c" * 32)
    for digest in (b"a" * 16, b"b" * 16):
        desk.database.write(Priority.SYNC, lambda one, d=digest: cursors.keep(one, after, d))
    assert desk.database.read(lambda one: cursors.cursor_at(one, CLINICAL)) == after
    assert desk.database.read(lambda one: cursors.digest_at(one, CLINICAL)) == b"b" * 16
    assert not cursors.is_unbegun(after)
