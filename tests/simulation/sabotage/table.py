# ruff: noqa: E501 the product's own lines are quoted
"""The sabotages of the fifty traps, in their order; what is beyond them is in `beyond.py`."""

from __future__ import annotations

from tests.simulation.sabotage.arriving import SABOTAGES_OF_ARRIVING
from tests.simulation.sabotage.beyond import SABOTAGES_BEYOND
from tests.simulation.sabotage.granting import SABOTAGES_OF_GRANTS
from tests.simulation.sabotage.kinds import (
    BUCKETS,
    EFFECTS,
    EXCHANGE,
    GENERATIONS,
    HISTORIES,
    LOG,
    MERGE,
    PUSH,
    PUSHES,
    RACES,
    RECONCILING,
    SERVICE,
    SYNC_STORE,
    WORKER,
    Sabotage,
)
from tests.simulation.sabotage.leaving import SABOTAGES_OF_LEAVING
from tests.simulation.sabotage.taking_back import SABOTAGES_OF_TAKING_BACK

SABOTAGES: tuple[Sabotage, ...] = (
    Sabotage(
        1, "the cursor is stored before the rows", SYNC_STORE,
        "            came = retiring.follow(connection, taken",
        "            keep(connection, after, digest_at(connection, after.scope)); connection.exec_driver_sql('COMMIT'); connection.exec_driver_sql('BEGIN IMMEDIATE')\n"
        "            came = retiring.follow(connection, taken",
    ),
    Sabotage(
        2, "a scope's number is taken without its lock", LOG,
        "_LOCKED_HEADS if lock else _HEADS", "_HEADS",
        ("tests/server/test_cursor_completeness.py",),
    ),
    Sabotage(
        4, "a first sync's place is looked up after its rows were counted", SERVICE,
        "cursor=_cursor(scope, heads[key]),", "cursor=_cursor(scope, self._head(key)),",
        ("tests/server/test_service.py",),
    ),
    Sabotage(
        6, "a transaction may idle for ever", "sonar_server/store/database.py",
        "-c idle_in_transaction_session_timeout=10000", "-c idle_in_transaction_session_timeout=0",
        ("tests/server/test_store.py",),
    ),
    Sabotage(
        7, "a scope that is locked is passed over", LOG,
        '{_HEADS} FOR UPDATE OF scope"', '{_HEADS} FOR UPDATE OF scope SKIP LOCKED"',
        (RACES, "tests/server/test_cursor_completeness.py"),
    ),
    Sabotage(
        8, "everything that waits is done", EFFECTS,
        '"settled_ms = ? WHERE op_seq = ?"', '"settled_ms = ? WHERE op_seq >= ? AND state = \'waiting\'"',
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
        16, "a conflict counts as success", EFFECTS,
        "    return row.kind == _RESOLUTION or receipt.verdict is not Verdict.CONFLICT\n", "    return True\n",
        ("tests/db/test_effects.py", HISTORIES),
    ),
    Sabotage(
        17, "a row that came replaces the one that is held", "sonar_desktop/db/ingest.py",
        "raw.execute(INSERT_PACKED, (packed",
        "raw.execute(INSERT_PACKED.replace('INSERT', 'INSERT OR REPLACE').replace('ON CONFLICT (id) DO NOTHING', ''), (packed",
        ("tests/db/test_ingest.py",),
    ),
    Sabotage(
        20, "going back forgets what was never sent", RECONCILING,
        "    connection.execute(delete(schema.horizon))\n",
        "    connection.execute(update(schema.own_op).where(schema.own_op.c.op_seq > known_seq).values(state=OpState.ACKED, verdict='applied'))\n",
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        21, "going back is not one transaction", RECONCILING,
        '        without = [(ids.to_bytes(row.id),) for row in lost["record"]]\n',
        "        connection.exec_driver_sql('COMMIT'); connection.exec_driver_sql('BEGIN IMMEDIATE')\n"
        '        without = [(ids.to_bytes(row.id),) for row in lost["record"]]\n',
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        21, "a copy is healed in two transactions", "sonar_desktop/db/healing.py",
        "        raw.executemany(INSERT_VERSION, as_stored(",
        "        connection.exec_driver_sql('COMMIT'); connection.exec_driver_sql('BEGIN IMMEDIATE')\n        raw.executemany(INSERT_VERSION, as_stored(",
        ("tests/db/test_healing.py",),
    ),
    Sabotage(
        22, "rows that an answer lacks are taken out", BUCKETS,
        "        if any(tally.sums[number] != wanted for number, wanted in self._wanted.items()):\n", "        if False:\n",
        ("tests/core/sync/test_buckets.py",),
    ),
    Sabotage(
        22, "however much differs is put right unasked", "sonar_desktop/sync/healing.py",
        "return found if found.rows <= MOST_REPAIRED else None", "return found",
        ("tests/sync/test_healing.py",),
    ),
    Sabotage(
        23, "the digest is the peer's", EXCHANGE,
        "agrees(cursor, digests[scope], head)", "agrees(cursor, head.digest, head)",
        ("tests/sync/test_differing.py",),
    ),
    Sabotage(
        23, "a row counts by the hash that is stored with it", BUCKETS,
        "        own = row_hash(held.row)\n        self.count(", "        own = held.stored\n        self.count(",
        ("tests/core/sync/test_buckets.py", "tests/sync/test_healing.py"),
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
        ("tests/core/sync/test_clock.py",),
    ),
    Sabotage(
        31, "a clock that is behind refuses the true time", "sonar_desktop/usecases/inputs.py",
        "now_ms=clock.latest_ms()", "now_ms=clock.now_ms()",
        ("tests/usecases/test_inputs.py", "tests/simulation/test_found.py"),
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
        35, "a restored server goes on as if nothing had been lost", "sonar_server/epochs.py",
        "        if before == now:\n            return None\n", "        return None\n",
        ("tests/server/test_epochs.py",),
    ),
    Sabotage(
        35, "what a restored server lost is not sent again", RECONCILING,
        "    return send_again(connection, first, touched, agreed)\n",
        "    return send_again(connection, 10**9, touched, agreed)\n",
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        35, "what nobody has given back is forgotten", RECONCILING,
        "            unheld.keep(connection, others)\n", "",
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        36, "a server that lost its newest commits knows any cursor", SERVICE,
        "                    or log.is_in_log(transaction, key, cursor.commit_no, cursor.seq, cursor.chain),\n",
        "                    or True,\n",
        ("tests/server/test_service.py",),
    ),
    Sabotage(
        36, "a horizon that fell is not seen", EXCHANGE,
        "        if any(seq < safe.get(scope, 0) for scope, seq in answer.durable_seq.items()):\n", "        if False:\n",
        ("tests/sync/test_exchange.py",),
    ),
    Sabotage(
        37, "a number used twice is not noticed", PUSH,
        "        if known[item.outline.op_seq].header_hash != item.header_hash:\n",
        "        if False:\n",
        PUSHES,
    ),
    Sabotage(
        37, "a copied PC leaves behind what waited", "sonar_desktop/db/incarnation.py",
        "    return chain_of(connection).next_seq if found is None else int(found)\n",
        "    return chain_of(connection).next_seq\n",
        ("tests/db/test_incarnation.py",),
    ),
    Sabotage(
        37, "a copied PC goes on under the numbers of the other", "sonar_desktop/db/incarnation.py",
        "            incarnation=begun.incarnation, first_seq=begun.first_seq, prev_hash=prev_hash\n",
        "            first_seq=begun.first_seq, prev_hash=prev_hash\n",
        ("tests/db/test_incarnation.py",),
    ),
    Sabotage(
        38, "an id used by another device counts as the same", "sonar_server/deciding.py",
        "        elif is_taken:\n", "        elif False:\n",
        PUSHES,
    ),
    Sabotage(
        39, "a field of a newer program is dropped", "sonar_core/sync/disputes.py",
        "    fields = {**held.fields, **values}\n",
        "    fields = {name: value for name, value in {**held.fields, **values}.items() if name in kind.type.__struct_fields__}\n",
        ("tests/core/sync/test_planner.py", "tests/core/sync/test_planner_decisions.py"),
    ),
    Sabotage(
        40, "a value of a newer program becomes unknown", "sonar_core/sync/disputes.py",
        "    fields = {**held.fields, **values}\n",
        "    fields = {name: 'unknown' if value == 'iris' else value for name, value in {**held.fields, **values}.items()}\n",
        (GENERATIONS,),
    ),
    Sabotage(
        40, "what a newer program wrote counts as damaged", "sonar_core/sync/planner.py",
        "held_back(Reason.NEWER_SCHEMA if newer else Reason.DAMAGED)", "held_back(Reason.DAMAGED)",
        ("tests/server/test_waiting.py", GENERATIONS),
    ),
    Sabotage(
        41, "a scope is locked before anything is decided", PUSH,
        "    before = log.heads(transaction, keys)\n", "    before = log.heads(transaction, keys, lock=True)\n", (RACES,),
    ),
    Sabotage(
        41, "scopes are locked in no order", LOG,
        "    ORDER BY scope.site_id, scope.scope_id\n", "    ORDER BY random()\n", (RACES,),
    ),
    Sabotage(
        42, "a page ends within a commit", SERVICE,
        "    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
        "    rows, last = rows[:3], last - len(rows[3:])\n"
        "    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
    ),
    Sabotage(
        43, "what came before its parent waits for ever", "sonar_server/waiting.py",
        "_decide_for(transaction, at, heads, made.arrived)", "[]", PUSHES,
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
        47, "a stream that says nothing is waited for", "sonar_desktop/sync/listener.py",
        "        if is_kept_back or self._breaks >= MOST_BREAKS:\n", "        if False:\n",
        ("tests/sync/test_listener.py",),
    ),
    Sabotage(
        48, "all come back at once", "sonar_desktop/sync/backoff.py",
        "longest * self.chance()", "longest", ("tests/sync/test_backoff.py",),
    ),
    Sabotage(
        49, "an answer from an older state is the newest", "sonar_core/sync/intake.py",
        "    if (cursor.epoch, cursor.seq) != (head.epoch, head.seq):\n        return None\n",
        "    if (cursor.epoch, cursor.seq) != (head.epoch, head.seq):\n        return True\n",
        ("tests/sync/test_exchange.py",),
    ),
    Sabotage(
        50, "a failed exchange counts as contact", WORKER,
        "        asked_s, problem = 0.0, ",
        "        self._last_contact_ms = self.clock.now_ms()\n        asked_s, problem = 0.0, ",
        ("tests/sync/test_worker.py",),
    ),
    *SABOTAGES_BEYOND,
    *SABOTAGES_OF_ARRIVING,
    *SABOTAGES_OF_LEAVING,
    *SABOTAGES_OF_GRANTS,
    *SABOTAGES_OF_TAKING_BACK,
)  # fmt: skip
