"""Write a note."""

from __future__ import annotations

import msgspec

from sonar_core.records.note import Note, NoteCategory
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    existing,
    forget_draft,
    require,
    stamps,
)
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class Noting(msgspec.Struct, frozen=True, kw_only=True):
    """A note to sign."""

    signing: Signing
    text: str
    category: NoteCategory = NoteCategory.CLINICAL


def write_note(desk: Desk, noting: Noting) -> tuple[Note, Changed]:
    """Write the note as it was typed. Raises InputError for an empty one, RoleError."""
    require(desk.actor, Duty.WRITE_NOTE)
    problems = Problems()
    check_signing(noting.signing, problems, desk)
    problems.require("text", noting.text, "the note")
    problems.raise_if_any()

    def act(writing: Writing) -> Note:
        check_amending(writing, Note, noting.signing)
        note = Note(
            **stamps(desk, writing, noting.signing), category=noting.category, text=noting.text
        )
        writing.record(note)
        forget_draft(desk, writing, noting.signing)
        return note

    return desk.store.write(desk.actor, "write_note", act)


def read_note(desk: Desk, note: str) -> Note:
    """Return a note as it was signed, to amend it."""
    require(desk.actor, Duty.READ)
    return desk.store.read(lambda reading: existing(reading, Note, note))
