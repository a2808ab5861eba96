"""Taking up again what this store once had and has no more: it stands in the side journal.

A store that was put back to an older copy of itself lacks the last entries made here, and no server
may have them. They come back as they were signed where this PC's chain goes on to them, else at
its end, signed anew with the same ids; the server knows those again that it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, insert, select

from sonar_core import bodies
from sonar_core.sync.operations import Header, Operation, Sign, header_hash, header_of, moved
from sonar_core.sync.overlay import affected
from sonar_desktop.db import effects, schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.identity import chain_of, keep_chain
from sonar_desktop.db.outbox import waiting_row
from sonar_desktop.usecases.journal_ports import Journal, Journalled


class _Action(NamedTuple):
    headers: tuple[Header, ...]
    operations: tuple[Operation, ...]
    is_confirmed: bool

    @property
    def first(self) -> tuple[int, int]:
        return self.headers[0].incarnation, self.headers[0].op_seq

    @property
    def last(self) -> tuple[int, int]:
        return self.headers[-1].incarnation, self.headers[-1].op_seq


def roll_forward(connection: Connection, journal: Journal, sign: Sign, touched: Touched) -> int:
    """Put what the journal has beyond this store into its outbox; return how many operations.

    An action that the store never committed is left out: nobody was told that it was saved, and
    its draft is there.
    """
    chain = chain_of(connection)
    at = chain.incarnation, chain.next_seq - 1
    ahead = _ahead(journal, chain.device, at)
    if len(ahead) == 1 and not ahead[0].is_confirmed:
        return 0
    known = set(connection.scalars(select(schema.own_op.c.op_id)))
    changed: set[str] = set()
    count = 0
    for action in ahead:
        for header, operation in zip(action.headers, action.operations, strict=True):
            if header.op_id in known:
                continue
            place = chain.incarnation, chain.next_seq, chain.prev_hash
            as_is = (header.incarnation, header.op_seq, header.prev_hash) == place
            taken = operation if as_is else _moved_to(operation, place, sign)
            row = waiting_row(header, taken, chain.next_seq)
            connection.execute(insert(schema.own_op), row)
            records = affected(taken, header)
            effects.put(connection, chain.next_seq, records)
            changed |= {identifier for _, identifier in records}
            chain = msgspec.structs.replace(
                chain,
                next_seq=chain.next_seq + 1,
                prev_hash=header_hash(taken.header),
                hlc=max(chain.hlc, header.hlc),
            )
            count += 1
    keep_chain(connection, chain)
    effects.refresh(connection, changed, touched)
    return count


def is_over(connection: Connection, segment: Sequence[Journalled]) -> bool:
    """Return whether this store has purged everything that a file of the journal holds.

    It does so a month after the server's horizon has passed it (ADR 19).
    """
    first = connection.scalar(select(func.min(schema.own_op.c.op_seq)))
    chain = chain_of(connection)
    # By number alone: they go on through incarnations, and what was moved keeps its own.
    kept_from = chain.next_seq if first is None else int(first)
    return all(action.last[1] < kept_from for action in _read(segment, chain.device))


def _ahead(journal: Journal, device: str, at: tuple[int, int]) -> list[_Action]:
    """Return what was committed after a place, in order; the last may not have been."""
    found: list[_Action] = []
    for segment in journal.newest_first():
        actions = _read(segment, device)
        later = [action for action in actions if action.first > at]
        found = later + found
        if len(later) < len(actions):
            break
    committed: list[_Action] = []
    for action in found:
        # What was not committed left its numbers to the next action.
        while committed and committed[-1].last >= action.first:
            committed.pop()
        committed.append(action)
    return committed


def _read(segment: Iterable[Journalled], device: str) -> list[_Action]:
    found = []
    for operations, is_confirmed in segment:
        try:
            headers = tuple(map(header_of, operations))
        except (bodies.BodyError, msgspec.MsgspecError):
            break
        if headers and headers[0].device == device:
            found.append(_Action(headers, operations, is_confirmed))
    return found


def _moved_to(operation: Operation, place: tuple[int, int, str], sign: Sign) -> Operation:
    incarnation, op_seq, prev_hash = place
    return moved(operation, incarnation=incarnation, op_seq=op_seq, prev_hash=prev_hash, sign=sign)
