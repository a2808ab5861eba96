"""Checking what a server sends before any of it is stored: no hole, half commit or false chain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from sonar_core.sync.messages import Cursor, Head, TailFrame
from sonar_core.sync.rows import Row, chain, row_hash


class IntakeError(ValueError):
    """The stream cannot be trusted as it stands; nothing of the frame is stored."""


class HoleError(IntakeError):
    """A number is missing, repeated or out of order."""


class EpochError(IntakeError):
    """The server was restored or replaced since this cursor was made."""


class ChainError(IntakeError):
    """The rows are not the ones that the server's chain was made over."""


def hashes_of(rows: Sequence[Row]) -> list[bytes]:
    """Return this side's own hash of each row."""
    return [row_hash(row) for row in rows]


def check_tail(frame: TailFrame, before: Cursor) -> list[bytes]:
    """Return the hashes of the frame's rows once they follow `before` without a gap.

    Raises EpochError, HoleError or ChainError; the message never holds patient data.
    """
    after = frame.cursor
    if after.scope != before.scope:
        raise HoleError("the frame is of another scope")
    if after.epoch != before.epoch:
        raise EpochError("the server's epoch changed")
    if [row.seq for row in frame.rows] != list(range(before.seq + 1, after.seq + 1)):
        raise HoleError("the frame's numbers do not follow the cursor")
    hashes = hashes_of(frame.rows)
    link, commit_no, at = before.chain, before.commit_no, 0
    for number, group in groupby(frame.rows, key=attrgetter("commit_no")):
        if number != commit_no + 1:
            raise HoleError("a commit is missing or repeated")
        size = sum(1 for _ in group)
        link = chain(link, number, hashes[at : at + size])
        commit_no, at = number, at + size
    if commit_no != after.commit_no or link != after.chain:
        raise ChainError("the frame does not match the server's chain")
    return hashes


def agrees(cursor: Cursor, digest: bytes, head: Head) -> bool | None:
    """Return whether this side's digest equals the server's; None when the positions differ."""
    if (cursor.epoch, cursor.seq) != (head.epoch, head.seq):
        return None
    return cursor.chain == head.chain and digest == head.digest
