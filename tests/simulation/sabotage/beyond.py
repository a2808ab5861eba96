# ruff: noqa: E501 the product's own lines are quoted
"""Sabotages beyond the fifty traps: of what the product holds and no trap of the design names."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import (
    BEYOND,
    BUCKETS,
    DATABASE,
    EFFECTS,
    EXCHANGE,
    HEALING,
    PUSH,
    RACES,
    WORKER,
    Sabotage,
)

ANEW = ("tests/server/test_rebirth.py",)
RECHECK = "sonar_core/medicines/recheck.py"
TOGETHER = ("tests/journeys/test_rules_broken_together.py",)

SABOTAGES_BEYOND: tuple[Sabotage, ...] = (
    Sabotage(
        BEYOND, "a verdict is stored outside the transaction of its effect", PUSH,
        "    operations.keep(transaction, pushed.author, decided, pushed.received_ms)\n",
        "    pushed.database.run(lambda other: operations.keep(other, pushed.author, decided, pushed.received_ms))\n",
    ),
    Sabotage(
        BEYOND, "what others wrote meanwhile is not looked at again", PUSH,
        "    if used_now != used or ledgers.touched_since(transaction, needs, moved):\n", "    if False:\n", (RACES,),
    ),
    Sabotage(
        BEYOND, "a conflict is not noted when it is pulled", "sonar_desktop/db/projections.py",
        "    if not identifiers:\n        return stays\n", "    if True:\n        return stays\n",
    ),
    Sabotage(
        BEYOND, "rows of another scope are taken", "sonar_desktop/sync/tail.py",
        "        if not isinstance(frame, TailFrame) or frame.cursor.scope not in cursors:\n",
        "        if not isinstance(frame, TailFrame):\n", ("tests/sync/test_exchange.py",),
    ),
    Sabotage(
        BEYOND, "rows of another suite are sent", "sonar_server/scopes.py",
        "        if key is None:\n            raise foreign_scope()\n",
        "        if key is None:\n            return ScopeKey(to_bytes(wire.partition('/')[0]), wire.partition('/')[2])\n",
        ("tests/server/test_service.py",),
    ),
    Sabotage(
        BEYOND, "the outbox is lost when the store opens", DATABASE,
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
        "    raw.execute('DROP TRIGGER IF EXISTS own_op_stays'); raw.execute('PRAGMA foreign_keys = OFF')\n"
        "    raw.execute(\"DELETE FROM own_op WHERE state = 'waiting'\")\n"
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
    ),
    Sabotage(
        BEYOND, "drafts are lost when the store opens", DATABASE,
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
        "    raw.execute('DELETE FROM draft')\n"
        "    with connection.begin():\n        connection.execute(update(schema.store_state)",
    ),
    Sabotage(
        BEYOND, "an own entry goes out of sight with its verdict", EFFECTS,
        " if at <= held.get(entity, 0)", "",
    ),
    Sabotage(
        BEYOND, "what is held back goes out of sight", EFFECTS,
        "    if receipt.verdict in _HELD_BACK:\n        return False\n    if row.kind", "    if row.kind",
        ("tests/db/test_effects.py",),
    ),
    Sabotage(
        BEYOND, "a number is given twice after a stop", "sonar_desktop/db/writing.py",
        "        keep_chain(self._connection, authored.chain)\n", "",
    ),
    Sabotage(
        BEYOND, "two copies of a disk get the same number", "sonar_server/store/incarnations.py",
        "parent.incarnation) + 1\n", "parent.incarnation + 1)\n", ANEW,
    ),
    Sabotage(
        BEYOND, "what another incarnation sent is held back as another's", "sonar_server/deciding.py",
        "        if is_repeat:\n", "        if False:\n", ANEW,
    ),
    Sabotage(
        BEYOND, "an id used in another incarnation is enough to be the same", PUSH,
        "        and is_same_but_for_place(first.header, item.operation.header)\n", "", ANEW,
    ),
    Sabotage(
        BEYOND, "one's own entry before the copy is a stranger's", "sonar_core/sync/ledger.py",
        "        return self.op_seq < inherited.get(self.incarnation, 0)\n", "        return False\n", ANEW,
    ),
    Sabotage(
        BEYOND, "what the other copy wrote counts as seen", "sonar_core/sync/ledger.py",
        "        return self.op_seq < inherited.get(self.incarnation, 0)\n", "        return True\n", ANEW,
    ),
    Sabotage(
        BEYOND, "a disk that was put back is not noticed before it writes", EXCHANGE,
        "        if op_seq > at.last_seq and op_seq > self.store.position().last_seq:\n", "        if False:\n",
        ("tests/sync/test_begin_anew.py",),
    ),
    Sabotage(
        BEYOND, "an entry held back for now is left behind by a copied PC", "sonar_desktop/db/incarnation.py",
        "or_(_OP.c.state == OpState.WAITING, _OP.c.reason.in_(_FOR_NOW))", "_OP.c.state == OpState.WAITING",
        ("tests/db/test_incarnation.py",),
    ),
    Sabotage(
        BEYOND, "only the first of two copies learns what became of an entry", "sonar_server/store/operations.py",
        "    again = update(op).where(repeats).values(_verdict(repeat))\n",
        "    again = update(op).where(repeats, False).values(_verdict(repeat))\n", ANEW,
    ),
    Sabotage(
        BEYOND, "no process is told of a commit", "sonar_server/store/log.py",
        "            .returning(notices.said(Moved(key=head.key, epoch=head.epoch, seq=head.seq)))\n", "",
        ("tests/server/test_notices.py",),
    ),
    Sabotage(
        BEYOND, "a PC that is taken out of use goes on listening", "sonar_server/noticeboard.py",
        "                self._watchers[device].end()\n", "                pass\n",
        ("tests/server/test_noticeboard.py",),
    ),
    Sabotage(
        BEYOND, "hints hurry an exchange that failed", WORKER,
        "return not self.backoff.failures and any(", "return any(",
        ("tests/sync/test_worker_hints.py",),
    ),
    Sabotage(
        BEYOND, "a copy that differs is called healed without a second look", HEALING,
        "                if after.digest == head.digest and not after.unsound:\n", "                if after:\n",
        ("tests/sync/test_healing.py",),
    ),
    Sabotage(
        BEYOND, "sums that are not the digest's are believed", BUCKETS,
        "    if add(EMPTY_DIGEST, list(sums)) != digest:\n", "    if False:\n",
        ("tests/core/sync/test_buckets.py", "tests/sync/test_healing.py"),
    ),
    Sabotage(
        BEYOND, "a row that the server has not is taken for spoilt", BUCKETS,
        "        elif is_sound and not _has_same_operation(one.row, theirs.get(key)):\n",
        "        elif False:\n", ("tests/core/sync/test_buckets.py", "tests/db/test_healing.py"),
    ),
    Sabotage(
        BEYOND, "what was spoilt is thrown away", "sonar_desktop/db/healing.py",
        "            raw.execute(_KEEP[one.table], (incident, one.number, one.stored))\n", "            pass\n",
        ("tests/db/test_healing.py",),
    ),
    Sabotage(
        BEYOND, "a spoilt row is put right and nobody is told", HEALING,
        "            self._tell()\n", "            pass\n", ("tests/sync/test_healing.py",),
    ),
    Sabotage(
        BEYOND, "a lie about buckets is asked for without end", "sonar_desktop/db/incidents.py",
        '"heal_ms": now_ms + pause_ms}', '"heal_ms": now_ms}', ("tests/sync/test_healing.py",),
    ),
    Sabotage(
        BEYOND, "rules that two PCs break together are looked at after own entries alone", "sonar_desktop/db/projections.py",
        "    if board_row is not None and concerns_board:\n", "    if board_row is not None and touched.is_own:\n", TOGETHER,
    ),
    Sabotage(
        BEYOND, "a broken rule is settled by whoever answers another", RECHECK,
        "    return tuple((broken, task) for broken, task in every if task.id not in known)\n",
        "    return () if known else tuple(every)\n", ("tests/core/medicines/test_recheck.py",),
    ),
    Sabotage(
        BEYOND, "a dose that was shown one Stop is asked about none", RECHECK,
        "        (shown.rule, shown.level, shown.text) == (check.rule.value, check.level.value, check.text)\n",
        "        shown.level == check.level.value\n", ("tests/core/medicines/test_recheck.py",),
    ),
    Sabotage(
        BEYOND, "each PC gives a broken rule an id of its own", RECHECK,
        "broken.rule.value, *broken.about)", "str(id(broken)), *broken.about)", TOGETHER,
    ),
)  # fmt: skip
