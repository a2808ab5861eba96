"""A clinical note."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Fact


class NoteCategory(StrEnum):
    """What the note is for."""

    CLINICAL = "clinical"
    TELEPHONE_ADVICE = "telephone_advice"
    CUSTODY = "custody"
    HANDOVER = "handover"


class Note(Fact, frozen=True, kw_only=True):
    """Free text by one author about one person."""

    category: NoteCategory
    text: str
