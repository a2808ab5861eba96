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
from sonar_core.sync.authoring import DeviceChain
from sonar_core.sync.operations import Header, Operation, Sign, header_hash, header_of, moved
from sonar_core.sync.overlay import affected
from sonar_desktop.db import effects, schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.identity import chain_of, keep_chain, must_be_enrolled
from sonar_desktop.db.outbox import waiting_row
from sonar_desktop.usecases.journal_ports import Journal, Journalled


class Recovered(NamedTuple):
    """What a store has again: how many actions, and the numbers of operations that are nowhere.

    `is_end_unsure` says that what stood after the last of them cannot be read.
    """

    actions: int = 0
    missing: tuple[tuple[int, int], ...] = ()
    is_end_unsure: bool = False


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


def roll_forward(
    connection: Connection,
    journal: Journal,
    sign: Sign,
    touched: Touched,
    salvaged: Sequence[Journalled] | None = None,
) -> Recovered:
    """Put what the journal has beyond this store into its outbox.

    The last action alone, where the store may never have committed it, is left out: nobody was
    told that it was saved, and its draft is there. Not so where `salvaged` says what could be read
    of the damaged file in whose place this store is: its drafts may be gone.
    """
    device = must_be_enrolled(connection)
    chain = chain_of(connection)
    at = chain.incarnation, chain.next_seq - 1
    ahead, is_whole = _ahead(journal, chain.device, at)
    if salvaged is None and len(ahead) == 1 and not ahead[0].is_confirmed:
        return Recovered()
    ahead = _joined(ahead, [one for one in _read(salvaged or (), chain.device) if one.first > at])
    known = set(connection.scalars(select(schema.own_op.c.op_id)))
    changed: set[str] = set()
    missing: list[tuple[int, int]] = []
    count, expected = 0, chain.next_seq
    for action in ahead:
        if action.first[1] > expected:
            missing.append((expected, action.first[1] - 1))
        expected = action.last[1] + 1
        taken: list[Operation] = []
        for header, operation in zip(action.headers, action.operations, strict=True):
            if header.op_id in known:
                continue
            place = chain.incarnation, chain.next_seq, chain.prev_hash
            as_is = (header.incarnation, header.op_seq, header.prev_hash) == place
            taken.append(operation if as_is else _moved_to(operation, place, sign))
            chain, records = _put(connection, chain, header, taken[-1])
            changed |= {identifier for _, identifier in records}
        count += bool(taken)
        if tuple(taken) != action.operations and taken:
            # Under their new numbers they are what comes back should it happen again.
            journal.append(taken, device=chain.device, sealed_to=device.recovery_public)
            journal.confirm(chain.next_seq - 1)
    keep_chain(connection, chain)
    effects.refresh(connection, changed, touched)
    return Recovered(count, tuple(missing), is_end_unsure=not is_whole and salvaged is not None)


def _put(
    connection: Connection, chain: DeviceChain, header: Header, operation: Operation
) -> tuple[DeviceChain, tuple[tuple[str, str], ...]]:
    """Put an operation at the end of the chain; return the chain after it, and its records."""
    connection.execute(insert(schema.own_op), waiting_row(header, operation, chain.next_seq))
    records = affected(operation, header)
    effects.put(connection, chain.next_seq, records)
    after = msgspec.structs.replace(
        chain,
        next_seq=chain.next_seq + 1,
        prev_hash=header_hash(operation.header),
        hlc=max(chain.hlc, header.hlc),
    )
    return after, records


def _joined(kept: list[_Action], salvaged: list[_Action]) -> list[_Action]:
    """Return both in order: what the damaged store had counts where both use one number.

    Of an action that the journal has whole, the damaged store may have had a part left.
    """
    known = {header.op_id for action in kept for header in action.headers}
    more = [
        action
        for action in salvaged
        if not known.issuperset(header.op_id for header in action.headers)
    ]
    numbers = {header.op_seq for action in more for header in action.headers}
    rest = [action for action in kept if numbers.isdisjoint(one.op_seq for one in action.headers)]
    return sorted(rest + more, key=lambda action: action.first)


def is_over(connection: Connection, segment: Sequence[Journalled]) -> bool:
    """Return whether this store has purged everything that a file of the journal holds.

    It does so a month after the server's horizon has passed it (ADR 19).
    """
    first = connection.scalar(select(func.min(schema.own_op.c.op_seq)))
    chain = chain_of(connection)
    # By number alone: they go on through incarnations, and what was moved keeps its own.
    kept_from = chain.next_seq if first is None else int(first)
    return all(action.last[1] < kept_from for action in _read(segment, chain.device))


def _ahead(journal: Journal, device: str, at: tuple[int, int]) -> tuple[list[_Action], bool]:
    """Return what was committed after a place, in order; the last may not have been.

    And whether the newest file is whole.
    """
    found: list[_Action] = []
    is_whole = None
    for kept in journal.newest_first():
        is_whole = kept.is_whole if is_whole is None else is_whole
        actions = _read(kept.actions, device)
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
    return committed, is_whole is not False


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
