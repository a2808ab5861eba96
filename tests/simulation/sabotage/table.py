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
EFFECTS = "sonar_desktop/db/effects.py"
INGEST = "sonar_desktop/db/ingest.py"
PUSH = "sonar_server/push.py"
OPERATIONS = "sonar_server/store/operations.py"


@dataclass(frozen=True, kw_only=True)
class Sabotage:
    """One line of the product made wrong."""

    trap: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (HISTORIES,)


@dataclass(frozen=True, kw_only=True)
class Impossible:
    """A trap that this product cannot fall into, or not yet, and why."""

    trap: int
    name: str
    why: str


SABOTAGES: tuple[Sabotage, ...] = (
    Sabotage(
        trap=1,
        name="cursor-before-rows",
        file=SYNC_STORE,
        old="            touched = Touched()\n            arrived = take_rows(connection, taken",
        new="            touched = Touched()\n            _keep(connection, after, _digest(connection, "
        "after.scope))\n            connection.exec_driver_sql('COMMIT')\n            "
        "connection.exec_driver_sql('BEGIN IMMEDIATE')\n            "
        "arrived = take_rows(connection, taken",
    ),
    Sabotage(
        trap=8,
        name="everything-waiting-is-done",
        file=EFFECTS,
        old="_SETTLE: Final = update(schema.own_op).where(schema.own_op.c.op_seq == "
        'bindparam("settled"))',
        new="_SETTLE: Final = update(schema.own_op).where(schema.own_op.c.op_seq >= "
        'bindparam("settled"), schema.own_op.c.state == "waiting")',
    ),
    Sabotage(
        trap=11,
        name="complete-after-the-first-batch",
        file=EXCHANGE,
        old="            batch = self.store.outgoing(max_operations, max_bytes, batch.numbers[-1])\n",
        new="            return\n",
    ),
    Sabotage(
        trap=23,
        name="digest-copied-from-the-peer",
        file=EXCHANGE,
        old="agrees(cursor, digests[scope], head)",
        new="agrees(cursor, head.digest, head)",
    ),
    Sabotage(
        trap=27,
        name="merged-field-by-field",
        file="sonar_core/sync/merge.py",
        old="    return Merged(outcome=Outcome.CONFLICT, values={})\n",
        new="    return Merged(outcome=Outcome.MERGED, values=dict(list(proposed.items())[::2]))\n",
    ),
    Sabotage(
        trap=28,
        name="the-larger-value-wins",
        file="sonar_core/sync/merge.py",
        old="    return Merged(outcome=Outcome.CONFLICT, values={})\n",
        new="    return Merged(outcome=Outcome.MERGED, values=max(\n"
        "        proposed, {f: current.get(f) for f in proposed}, key=str))\n",
    ),
    Sabotage(
        trap=29,
        name="the-later-clock-wins",
        file="sonar_core/sync/merge.py",
        old="    if group.policy is MergePolicy.AUTO or _agree(",
        new="    if group.policy is not MergePolicy.DONE_WINS or _agree(",
    ),
    Sabotage(
        trap=30,
        name="a-far-future-stamp-poisons",
        file="sonar_core/sync/clock.py",
        old="    if _number(remote) > _at(now_ms + MAX_AHEAD_MS):\n        return last\n",
        new="",
    ),
    Sabotage(
        trap=34,
        name="a-repeated-operation-takes-effect-again",
        file=PUSH,
        old="    receipts = _repeated(transaction, pushed, batch[: len(batch) - len(fresh)])\n",
        new="    receipts = []\n    fresh = batch if batch and batch[0] not in fresh else fresh\n",
    ),
    Sabotage(
        trap=42,
        name="a-page-ends-within-a-commit",
        file="sonar_server/service.py",
        old="    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
        new="    rows, last = rows[:3], last - len(rows[3:])\n"
        "    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)\n",
    ),
    Sabotage(
        trap=46,
        name="a-cut-off-answer-is-whole",
        file="sonar_desktop/sync/link.py",
        old='                raise RubbishError("bad_frame") from error\n        raise CutOffError\n',
        new='                raise RubbishError("bad_frame") from error\n',
    ),
)
IMPOSSIBLE: tuple[Impossible, ...] = ()
