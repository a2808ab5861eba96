"""What people are told of this PC's own disk: what it lost, and what came back."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class DiskSort(StrEnum):
    """What was found."""

    TAKEN_UP = "taken_up"
    """Entries that the records file had lost came back from the side journal."""
    MISSING = "missing"
    """Entries made here that neither the records file nor the journal has any more."""
    PUT_RIGHT = "put_right"
    """The records file was damaged, and this PC's own copy stands in its place."""


class DiskFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something found at an opening (UTC ms).

    `actions` is how many of them came back; `first` and `last` are the numbers, in this PC's order,
    of operations that are missing: `last` is None where nobody knows how many. Of a file that was
    put right: `copied_ms` is when the copy was made, and `has_drafts` whether everything that was
    being typed could be read.
    """

    found_ms: int
    sort: DiskSort
    actions: int = 0
    first: int | None = None
    last: int | None = None
    copied_ms: int | None = None
    has_drafts: bool = True


class DiskReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first; whether the disk fails now.

    `is_damaged` says that part of the records file cannot be read, `is_journal_refused` that the
    last entry stands in that file alone.
    """

    findings: tuple[DiskFinding, ...] = ()
    is_damaged: bool = False
    is_journal_refused: bool = False
