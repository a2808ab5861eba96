"""What the board is built from: an episode's records, each with where its copy is."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.base import Record
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY


class CopyState(StrEnum):
    """Where a record's copy is (decision 14); the values are those of the store's standing."""

    LOCAL = "local"
    SENDING = "sending"
    CENTRAL = "central"
    DECISION = "decision"
    HELD = "held"
    UNHELD = "unheld"


BOARD_KINDS: Final = frozenset(name for name, kind in REGISTRY.items() if kind.on_board)
"""The kinds a row is built from."""


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """A record as shown, with who wrote its present version, when, and where the copy is."""

    kind: str
    record: Record
    author: str
    recorded_at: Moment
    standing: CopyState = CopyState.CENTRAL
    marks: tuple[str, ...] = ()


class EpisodeRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of one stay in custody.

    `records` holds the current record of each kind in BOARD_KINDS that belongs to the episode,
    and the patient's that belong to no episode; those of Patient and CustodyEpisode are in it
    too, for where their copies are. Other kinds do no harm. `conflicts` are the patient's, open
    and resolved. `is_complete` is False while a first sync has not brought all of them, and where
    some of them only a newer program can read (`has_newer`). `elsewhere` are the entries of the
    person's doses in other stays, read where this one has orders. `revoked` are the scopes that
    the PC may not hold, by the names of their kinds. `held_at` is the suite that the stay is at by
    what the server said last, where this PC shows something on top of that.
    """

    patient: Patient
    episode: CustodyEpisode
    records: tuple[RecordView, ...]
    conflicts: tuple[Conflict, ...] = ()
    is_complete: bool = True
    has_newer: bool = False
    elsewhere: tuple[MedicationAdministration, ...] = ()
    revoked: tuple[str, ...] = ()
    held_at: str | None = None
