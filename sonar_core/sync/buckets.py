"""Finding which rows of a copy are not the server's, and what to do about each of them.

A scope's rows fall into 256 buckets by the last byte of their record's id, which is random. Sums of
buckets are exchanged only when a copy is known to be wrong: as long as digests agree they cost
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from sonar_core.bodies import BodyError
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import DIGEST_BYTES, EMPTY_DIGEST, Row, add, provenance_of, row_hash

BUCKETS: Final = 256
MOST_BUCKETS: Final = 64
"""A copy in which more buckets differ is not healed: this is no single record any more."""
MOST_REPAIRED: Final = 1000
"""Nor is one in which more rows differ: a repair is one transaction, and people wait for it."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""What a device takes of rows sent for a comparison."""

Key = tuple[bytes, int]
"""A row's record and version."""


class StrangeSumsError(ValueError):
    """The sums or rows are not those of the server's own digest; nothing is done with them."""


class Held(NamedTuple):
    """A row as a device holds it: where, in which scope, and the hash that it was stored with."""

    table: str
    number: int
    scope: str
    row: Row
    stored: bytes


def bucket_of(identifier: bytes) -> int:
    """Return the bucket of a record; whatever bytes stand in the place of its id have one."""
    return identifier[-1] if identifier else 0


class Tally:
    """What the rows of one scope add up to, bucket by bucket.

    `unsound` counts, bucket by bucket, the rows whose bytes do not have the hash stored with them.
    """

    def __init__(self) -> None:
        """Begin with no rows."""
        self._totals = [0] * BUCKETS
        self.unsound: dict[int, int] = {}

    def count(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Add rows, each by its record's id and its hash."""
        totals = self._totals
        for identifier, digest in rows:
            totals[bucket_of(identifier)] += int.from_bytes(digest, "big")

    def take(self, held: Held) -> None:
        """Add a row by its bytes, whatever hash is stored with it."""
        own = row_hash(held.row)
        self.count(((held.row.id, own),))
        if own != held.stored:
            bucket = bucket_of(held.row.id)
            self.unsound[bucket] = self.unsound.get(bucket, 0) + 1

    @property
    def sums(self) -> tuple[bytes, ...]:
        """The sum of each bucket, modulo 2**128, 16 bytes each."""
        modulus = 1 << (8 * DIGEST_BYTES)
        return tuple((total % modulus).to_bytes(DIGEST_BYTES, "big") for total in self._totals)

    @property
    def digest(self) -> bytes:
        """The digest of the scope: the sum over its buckets."""
        return add(EMPTY_DIGEST, list(self.sums))


def check_sums(sums: Sequence[bytes], digest: bytes) -> None:
    """Raise StrangeSumsError unless there is one sum for each bucket and they make the digest."""
    if len(sums) != BUCKETS or any(len(one) != DIGEST_BYTES for one in sums):
        raise StrangeSumsError("there are not as many sums as buckets")
    if add(EMPTY_DIGEST, list(sums)) != digest:
        raise StrangeSumsError("the sums are not those of the digest")


def differing(mine: Tally, theirs: Sequence[bytes]) -> tuple[int, ...]:
    """Return the buckets whose sums differ, or in which a stored hash is not its row's."""
    pairs = enumerate(zip(mine.sums, theirs, strict=True))
    return tuple(number for number, (own, other) in pairs if own != other or number in mine.unsound)


class Theirs:
    """The server's rows of some buckets as they arrive, up to a place in the log."""

    def __init__(self, buckets: Iterable[int], sums: Sequence[bytes], at: Cursor) -> None:
        """Take the buckets asked for, the server's sums of all, and the place."""
        self._wanted = {number: sums[number] for number in buckets}
        self._at = at
        self._numbers: set[int] = set()
        self._bytes = 0
        self.rows: dict[Key, Row] = {}

    def take(self, rows: Iterable[Row]) -> None:
        """Add rows; raise StrangeSumsError for one that was not asked for, came twice, or no end.

        A place in the log is given once, so that no more rows can come than the log is long.
        """
        for row in rows:
            key = row.id, row.version
            self._bytes += len(row.body) + len(row.provenance)
            is_placed = 0 < row.seq <= self._at.seq and 0 < row.commit_no <= self._at.commit_no
            is_new = row.seq not in self._numbers and key not in self.rows
            if not (is_placed and is_new) or bucket_of(row.id) not in self._wanted:
                raise StrangeSumsError("a row was not asked for")
            if self._bytes > MOST_BYTES:
                raise StrangeSumsError("the rows have no end")
            self._numbers.add(row.seq)
            self.rows[key] = row

    def whole(self) -> Mapping[Key, Row]:
        """Return all rows; raise StrangeSumsError unless they are what the sums are of."""
        tally = Tally()
        tally.count((row.id, row_hash(row)) for row in self.rows.values())
        if any(tally.sums[number] != wanted for number, wanted in self._wanted.items()):
            raise StrangeSumsError("the rows are not those of the sums")
        return self.rows


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a copy equal to the server's rows.

    `put` are the server's rows that are missing here or stand in place of `spoilt` ones. `aside`
    are rows as they once came from the server, which it does not have: nobody may lose them.
    `digest` is the scope's over the rows of this side as they will be.
    """

    scope: str
    put: tuple[Row, ...]
    spoilt: tuple[Held, ...]
    aside: tuple[Held, ...]
    digest: bytes

    @property
    def rows(self) -> int:
        """How many rows it writes or moves."""
        return len(self.put) + len(self.spoilt) + len(self.aside)

    @property
    def records(self) -> int:
        """How many records it concerns."""
        held = {one.row.id for one in (*self.spoilt, *self.aside)}
        return len(held | {row.id for row in self.put})


def repair_of(
    scope: str, mine: Tally, buckets: Iterable[int], held: Iterable[Held], theirs: Mapping[Key, Row]
) -> Repair:
    """Return what makes the rows of these buckets the server's.

    `mine` is the tally of the scope, `held` are all rows of this side. A row of another scope
    counts only where the server has it in this one.
    """
    wanted = frozenset(buckets)
    missing = dict(theirs)
    spoilt: list[Held] = []
    aside: list[Held] = []
    for one in held:
        key = one.row.id, one.row.version
        if bucket_of(one.row.id) not in wanted or (one.scope != scope and key not in theirs):
            continue
        own = row_hash(one.row)
        is_sound = own == one.stored and one.scope == scope
        if is_sound and key in missing and own == row_hash(missing[key]):
            del missing[key]
        elif is_sound and not _has_same_operation(one.row, theirs.get(key)):
            aside.append(one)
        else:
            spoilt.append(one)
    return Repair(
        scope=scope,
        put=tuple(missing.values()),
        spoilt=tuple(spoilt),
        aside=tuple(aside),
        digest=_digest_after(mine, wanted, theirs),
    )


def _has_same_operation(row: Row, other: Row | None) -> bool:
    """Return whether two rows hold the effect of one operation."""
    if other is None:
        return False
    try:
        return provenance_of(row.provenance).operation == provenance_of(other.provenance).operation
    except BodyError:
        return False


def _digest_after(mine: Tally, buckets: frozenset[int], theirs: Mapping[Key, Row]) -> bytes:
    """Return what this side's other buckets and the rows that will be in these add up to."""
    others = [one for number, one in enumerate(mine.sums) if number not in buckets]
    return add(EMPTY_DIGEST, [*others, *map(row_hash, theirs.values())])
