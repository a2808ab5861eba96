# ruff: noqa: E501 the product's own lines are quoted
"""The fifty traps of sync.md 4.11: for each a sabotage that must turn tests red, or why none can.

A sabotage is one line of the product changed: (file, old text, new text). The old text stands in
the file once. `tests` are those that must turn red; only they are run, until the first that does.
"""

from __future__ import annotations

from dataclasses import dataclass

HISTORIES = "tests/simulation/test_histories.py"
EXCHANGE = "sonar_desktop/sync/exchange.py"
SYNC_STORE = "sonar_desktop/db/sync_store.py"
DATABASE = "sonar_desktop/db/database.py"
EFFECTS = "sonar_desktop/db/effects.py"
MERGE = "sonar_core/sync/merge.py"
PUSH = "sonar_server/push.py"
LOG = "sonar_server/store/log.py"


@dataclass(frozen=True)
class Sabotage:
    """One line of the product made wrong; `trap` is 0 for what is beyond the fifty."""

    trap: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (HISTORIES,)


@dataclass(frozen=True)
class Gap:
    """A trap without a sabotage. `is_to_come` says that the part it lies in is not built yet."""

    trap: int
    why: str
    is_to_come: bool = False


SABOTAGES: tuple[Sabotage, ...] = (
    Sabotage(
        1, "the cursor is stored before the rows", SYNC_STORE,
        "            arrived = take_rows(connection, taken.scope, taken.rows",
        "            _keep(connection, after, _digest(connection, after.scope)); connection.exec_driver_sql('COMMIT'); connection.exec_driver_sql('BEGIN IMMEDIATE')\n"
        "            arrived = take_rows(connection, taken.scope, taken.rows",
    ),
    Sabotage(
        2, "a scope's number is taken without its lock", LOG,
        "query.with_for_update() if lock else query", "query",
        ("tests/server/test_cursor_completeness.py",),
    ),
    Sabotage(
        8, "everything that waits is done", EFFECTS,
        'where(schema.own_op.c.op_seq == bindparam("settled"))',
        'where(schema.own_op.c.op_seq >= bindparam("settled"), schema.own_op.c.state == "waiting")',
    ),
    Sabotage(
        9, "a page begins by counting, not by where the last one ended", LOG,
        '"AND seq > %(seq)s AND seq <= %(last)s ORDER BY seq",',
        '"AND seq <= %(last)s ORDER BY seq OFFSET greatest(0, %(seq)s - 1)",',
    ),
    Sabotage(
        10, "a page is stored although the one before it was not", SYNC_STORE,
        "            if held != before or taken.scope != before.scope or after.scope != before.scope:\n                raise SyncHoleError\n",
        "",
        ("tests/db/test_sync_store.py",),
    ),
    Sabotage(
        11, "complete after the first part of a first sync", EXCHANGE,
        "                parts = parts[stored.parts :]\n",
        "                parts = []\n",
    ),
    Sabotage(
        12, "two programs at once", "sonar_desktop/platform/single_instance.py",
        "        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)", "        pass",
        ("tests/platform/test_single_instance.py",),
    ),
    Sabotage(
        13, "one entry that cannot be taken blocks the queue", PUSH,
        "    return _take_one_by_one(pushed, batch)\n",
        "    raise UnavailableError('poisoned')\n",
        ("tests/simulation/test_poison.py",),
    ),
    Sabotage(
        14, "held back counts as done", EFFECTS,
        "OpState.HELD if receipt.verdict in _HELD_BACK else OpState.ACKED", "OpState.ACKED",
        ("tests/db/test_effects.py",),
    ),
    Sabotage(
        15, "a stop leaves patients marked as fetched", "sonar_desktop/db/first_sync.py",
        "WHERE scope = ? AND place BETWEEN ? AND ?", "WHERE scope = ? AND place >= ? AND ? >= 0",
    ),
    Sabotage(
        23, "the digest is the peer's", EXCHANGE,
        "agrees(cursor, digests[scope], head)", "agrees(cursor, head.digest, head)",
        ("tests/sync/test_exchange.py",),
    ),
    Sabotage(
        24, "a digest that cancels pairs", "sonar_core/sync/rows.py",
        '        total += int.from_bytes(item, "big")', '        total ^= int.from_bytes(item, "big")',
        ("tests/core/sync/test_rows.py",),
    ),
    Sabotage(
        25, "floating point in a record", "sonar_core/bodies.py",
        "    if isinstance(value, float):\n", "    if isinstance(value, complex):\n",
        ("tests/core/test_bodies.py",),
    ),
    Sabotage(
        27, "merged field by field", MERGE,
        "    return Merged(outcome=Outcome.CONFLICT, values={})\n",
        "    return Merged(outcome=Outcome.MERGED, values=dict(list(proposed.items())[::2]))\n",
    ),
    Sabotage(
        28, "the larger value wins", MERGE,
        "    return Merged(outcome=Outcome.CONFLICT, values={})\n",
        "    return Merged(outcome=Outcome.MERGED, values=max(proposed, {f: current.get(f) for f in proposed}, key=lambda side: str(sorted(side.items()))))\n",
    ),
    Sabotage(
        29, "whoever comes later wins", MERGE,
        "    if group.policy is MergePolicy.AUTO or _agree(",
        "    if group.policy is not MergePolicy.DONE_WINS or _agree(",
    ),
    Sabotage(
        30, "a stamp from the far future poisons the clock", "sonar_core/sync/clock.py",
        "    if _number(remote) > _at(now_ms + MAX_AHEAD_MS):\n        return last\n", "",
    ),
    Sabotage(
        31, "a clock that went back blocks the entry", "sonar_core/sync/clock.py",
        "    return _text(max(_number(last) + 1, _at(now_ms)))\n",
        "    if _at(now_ms) < _number(last):\n        raise ValueError\n    return _text(_at(now_ms))\n",
    ),
    Sabotage(
        32, "the hour that comes twice", "sonar_core/moments.py",
        "    offset = utc_datetime(utc_ms).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()",
        "    offset = utc_datetime(utc_ms).astimezone(ZoneInfo(zone)).replace(fold=0).utcoffset() or timedelta()",
        ("tests/core/test_moments.py",),
    ),
    Sabotage(
        34, "what came before takes effect again", PUSH,
        "    fresh = [item for item in batch if item.outline.op_seq > end.seq]\n",
        "    fresh = batch\n",
    ),
    Sabotage(
        37, "a number used twice is not noticed", PUSH,
        "        if known[item.outline.op_seq].header_hash != item.header_hash:\n",
        "        if False:\n",
        ("tests/server/test_push.py", "tests/server/test_push_oddities.py"),
    ),
    Sabotage(
        38, "an id used by another device counts as the same", "sonar_server/deciding.py",
        "    if item.outline.op_id in around.taken:\n", "    if False:\n",
        ("tests/server/test_push.py", "tests/server/test_push_oddities.py"),
    ),
    Sabotage(
        39, "a field of a newer program is dropped", "sonar_core/sync/disputes.py",
        "    fields = {**held.fields, **values}\n",
        "    fields = {name: value for name, value in {**held.fields, **values}.items() if name in kind.type.__struct_fields__}\n",
        ("tests/core/sync/test_planner.py", "tests/core/sync/test_planner_decisions.py"),
    ),
    Sabotage(
        42, "a page ends within a commit", "sonar_server/service.py",
        "    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
        "    rows, last = rows[:3], last - len(rows[3:])\n"
        "    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
    ),
    Sabotage(
        45, "a body inflates without end", "sonar_server/api/bodies.py",
        "            out += part\n            if len(out) > MAX_DECODED_BYTES:\n                raise too_large()\n",
        "            out += part\n",
        ("tests/server/test_api.py",),
    ),
    Sabotage(
        46, "an answer that was cut off is whole", "sonar_desktop/sync/link.py",
        "        raise CutOffError\n", "        return\n",
        ("tests/sync/test_link.py", HISTORIES),
    ),
    Sabotage(
        48, "all come back at once", "sonar_desktop/sync/worker.py",
        "random.uniform(0, ceiling)", "ceiling", ("tests/sync/test_worker.py",),
    ),
    Sabotage(
        49, "an answer from an older state is the newest", "sonar_core/sync/intake.py",
        "    if (cursor.epoch, cursor.seq) != (head.epoch, head.seq):\n        return None\n",
        "    if (cursor.epoch, cursor.seq) != (head.epoch, head.seq):\n        return True\n",
        ("tests/sync/test_exchange.py",),
    ),
    Sabotage(
        50, "a failed exchange counts as contact", "sonar_desktop/sync/worker.py",
        "        pause = self._back_off()\n        problem = ",
        "        self._last_contact_ms = self.clock.now_ms()\n        pause = self._back_off()\n        problem = ",
        ("tests/sync/test_worker.py",),
    ),
    Sabotage(
        0, "a verdict is stored outside the transaction of its effect", PUSH,
        "    operations.keep(transaction, pushed.author, decided, pushed.received_ms)\n",
        "    pushed.database.run(lambda other: operations.keep(other, pushed.author, decided, pushed.received_ms))\n",
    ),
    Sabotage(
        0, "what others wrote meanwhile is not looked at again", PUSH,
        "    if ledgers.touched_since(transaction, needs, moved):\n", "    if False:\n",
    ),
    Sabotage(
        0, "a conflict is not noted when it is pulled", "sonar_desktop/db/projections.py",
        "    if not identifiers:\n        return stays\n", "    if True:\n        return stays\n",
    ),
    Sabotage(
        0, "rows of another scope are taken", EXCHANGE,
        "        if not isinstance(frame, TailFrame) or frame.cursor.scope not in cursors:\n",
        "        if not isinstance(frame, TailFrame):\n",
    ),
    Sabotage(
        0, "the outbox is lost when the store opens", DATABASE,
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
        "    raw.execute('DROP TRIGGER IF EXISTS own_op_stays'); raw.execute('PRAGMA foreign_keys = OFF')\n"
        "    raw.execute(\"DELETE FROM own_op WHERE state = 'waiting'\")\n"
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
    ),
    Sabotage(
        0, "drafts are lost when the store opens", DATABASE,
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
        "    raw.execute('DELETE FROM draft')\n"
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
    ),
    Sabotage(
        0, "an own entry goes out of sight with its verdict", EFFECTS,
        "    if receipt.verdict in _HELD_BACK:\n        return False\n    if row.kind in REGISTRY and REGISTRY[row.kind].sort is Sort.LOCAL:\n        return False\n",
        "    connection_is_gone = True\n",
    ),
    Sabotage(
        0, "a number is given twice after a stop", "sonar_desktop/db/writing.py",
        "        keep_chain(self._connection, authored.chain)\n", "",
    ),
)  # fmt: skip

_TIME = "Nothing is fetched by time: a place in a log is a number without gaps (ADR 3)."

GAPS: tuple[Gap, ...] = (
    Gap(3, _TIME),
    Gap(4, _TIME),
    Gap(5, "No cursor is made of transaction ids."),
    Gap(6, "Caught by hand only: the server's own limit on idle transactions.", is_to_come=True),
    Gap(7, "Scopes are locked by FOR UPDATE, which waits; no lock is tried."),
    Gap(16, "A verdict is one of six words; there are no warnings."),
    Gap(17, "No table of records cascades, and triggers refuse what would delete."),
    Gap(18, "Grants of scopes.", is_to_come=True),
    Gap(19, "Revoking a PC.", is_to_come=True),
    Gap(20, "There is no reset of a client.", is_to_come=True),
    Gap(21, "There is no full resync; a first sync only adds."),
    Gap(22, "Nothing is deleted for being absent from a list.", is_to_come=True),
    Gap(26, "An edit carries whole groups (ADR 5), never a place in a list."),
    Gap(33, "Nothing that says that something was struck out is ever deleted."),
    Gap(35, "Restore of the server.", is_to_come=True),
    Gap(36, "Failover that loses a tail.", is_to_come=True),
    Gap(40, "Needs the matrix of old and new programs.", is_to_come=True),
    Gap(41, "Needs a measurement under load.", is_to_come=True),
    Gap(43, "No foreign key joins records: they may come in any order."),
    Gap(44, "The size of a page does not adapt."),
    Gap(47, "Hints of news.", is_to_come=True),
)
