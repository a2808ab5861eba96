"""What is said when copies of a scope differ: the sums asked for, the rows, and what came of it.

The messages are declared as those of `messages.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import Id16

MOST_INCIDENTS: Final = 20
"""So many incidents are told at once at most."""
MOST_LOST: Final = 500
"""So many rows are asked about at once at most that a device takes for lost."""


class FoundBy(StrEnum):
    """How it was found that a copy is not the server's."""

    DIGEST = "digest"
    """Device and server had another digest at the same place."""
    SELF_CHECK = "self_check"
    """The device hashed its own rows anew."""


class AskSums(msgspec.Struct, frozen=True, kw_only=True):
    """Ask what the rows of a scope add up to, bucket by bucket, up to this place of its log."""

    protocol: int
    cursor: Cursor


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of each bucket in order, 16 bytes each; together they are the scope's digest."""

    sums: tuple[bytes, ...]
    server_ms: int


class AskBuckets(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for the rows of these buckets up to this place: at most MOST_BUCKETS."""

    protocol: int
    cursor: Cursor
    buckets: tuple[int, ...]


class CopyIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A copy was found not to be the server's: where, when (UTC ms by the device), what of it.

    `records` counts the records that were put right, 0 until then; `healed_ms` is None while the
    copy still differs.
    """

    id: str
    scope: str
    epoch: int
    seq: int
    found_ms: int
    found_by: FoundBy
    records: int = 0
    healed_ms: int | None = None


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing leaves a device's disk since `at_ms` (UTC ms by the device, and its name there).

    `kinds` are those of which more was about to go than the logs explain, as a list in words.
    """

    at_ms: int
    kinds: str


class LostRow(msgspec.Struct, frozen=True, array_like=True):
    """A row that a device had from the server, which then lost it: its record, who made it."""

    id: Id16
    operation: str


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Tell the server of incidents; told again, an incident is the same one, as it stands now.

    `freezes` are those that nobody has lifted: to tell of them is to ask whether somebody has.
    To tell of rows that are `lost` is to ask whether they are: at most MOST_LOST.
    """

    protocol: int
    incidents: tuple[CopyIncident, ...]
    freezes: tuple[Freeze, ...] = ()
    lost: tuple[LostRow, ...] = ()


class Reported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The incidents are kept. `lifted` names those of the freezes that an operator has lifted.

    `held` are the operations of rows told as lost that the server holds after all.
    """

    server_ms: int
    lifted: tuple[int, ...] = ()
    held: tuple[str, ...] = ()
