"""What a newer program wrote, in the store of this one: kept, not stopped by, never called none."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.board.rows import FORM
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import IdentityConfidence, Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.rows import Row
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.db.projections import renew
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre
from tests.db.clinic import Desk, board_of, set_level, standing, tally


def as_a_newer_program(centre: Centre, kind: str, **fields: Any) -> None:
    """Let the newest row of a kind be as a program to come would have written it."""
    at = max(n for n, row in enumerate(centre.rows) if row.kind == kind)
    row = centre.rows[at]
    body = bodies.encode(bodies.fields_of(row.body) | fields)
    centre.rows[at] = msgspec.structs.replace(row, body=body)


def replaced(centre: Centre, of: str, **changes: Any) -> None:
    at = next(n for n, row in enumerate(centre.rows) if row.kind == of)
    centre.rows[at] = msgspec.structs.replace(centre.rows[at], **changes)


def stored(desk: Desk) -> list[Row]:
    query = "SELECT kind, body, provenance FROM record ORDER BY seq"
    return [tuple(row) for row in desk.database.read(lambda c: c.exec_driver_sql(query).all())]


def kept(centre: Centre) -> list[tuple[str, bytes, bytes]]:
    newest = {row.id: row for row in centre.rows}
    return [(row.kind, row.body, row.provenance) for row in newest.values()]


@pytest.fixture
def centre(desk: Desk) -> Centre:
    """One detainee with a note, at the centre and on the first PC."""
    made = Centre()
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    made.exchange(desk)
    return made


def whose(desk: Desk) -> tuple[str, str]:
    (stay,) = desk.store.read(lambda look: look.all_of(CustodyEpisode))
    return stay.patient, stay.id


@pytest.mark.parametrize("is_kind", [True, False])
def test_an_entry_that_cannot_be_shown_is_counted_and_hides_no_other(centre, other_desk, is_kind):
    if is_kind:
        replaced(centre, "Note", kind="BodyMap")
    else:
        as_a_newer_program(centre, "Note", category="dictated")
    centre.pull(other_desk)
    assert sorted(stored(other_desk)) == sorted(kept(centre))
    patient, _ = whose(other_desk)
    seen, hidden = other_desk.store.read(lambda look: look.readable_of_patient(patient))
    assert {type(one.record) for one in seen} == {Patient, CustodyEpisode}
    assert hidden == ("BodyMap" if is_kind else "Note",)


def test_what_the_board_is_made_of_is_named_and_passed_over_by_nobody_who_does_not_ask(
    centre, desk, other_desk
):
    set_level(desk, *whose(desk), 2)
    centre.exchange(desk)
    as_a_newer_program(centre, "CareLevel", level="hourly")
    centre.pull(other_desk)
    patient, episode = whose(other_desk)
    seen, hidden = other_desk.store.read(lambda look: look.readable_of_patient(patient))
    assert {type(one.record).__name__ for one in seen} == {"Patient", "CustodyEpisode", "Note"}
    assert hidden == ("CareLevel",)
    for blindly in (
        lambda look: look.of_patient(patient),
        lambda look: look.of_episode(episode),
        lambda look: look.of_episode(episode, ["CareLevel"]),
    ):
        with pytest.raises(NewerRecordError):
            other_desk.store.read(blindly)


def test_of_the_person_and_the_stay_what_can_be_read_is_shown(centre, other_desk):
    as_a_newer_program(centre, "Patient", identity_confidence="iris")
    as_a_newer_program(centre, "CustodyEpisode", status="on_bail")
    centre.pull(other_desk)
    patient, episode = whose(other_desk)
    seen, hidden = other_desk.store.read(lambda look: look.readable_of_patient(patient))
    assert hidden == ("CustodyEpisode", "Patient")
    shown = next(one.record for one in seen if isinstance(one.record, Patient))
    assert (shown.family, shown.identity_confidence) == ("Marsh", IdentityConfidence.SELF_STATED)
    stay = other_desk.store.read(lambda look: look.get(CustodyEpisode, episode))
    assert stay.patient == patient


def test_nobody_in_custody_is_off_the_board_for_a_newer_programs_sake(centre, other_desk):
    as_a_newer_program(centre, "Patient", identity_confidence="iris")
    as_a_newer_program(centre, "CustodyEpisode", status="on_bail")
    centre.pull(other_desk)
    (row,) = board_of(other_desk.store)
    assert (row["family"], row["is_complete"], row["has_newer"]) == ("Marsh", False, True)


def test_a_row_with_a_record_of_a_newer_program_says_so(centre, desk, other_desk):
    set_level(desk, *whose(desk), 2)
    centre.exchange(desk)
    as_a_newer_program(centre, "CareLevel", level="hourly")
    centre.pull(other_desk)
    (row,) = board_of(other_desk.store)
    assert (row["is_complete"], row["has_newer"]) == (False, True)


def disputed(centre: Centre, desk: Desk, other: Desk) -> str:
    """A level of observation set differently on two PCs; returns its id."""
    patient, episode = whose(desk)
    level = set_level(desk, patient, episode, 2)
    centre.exchange(desk)
    centre.exchange(other)
    for pc, number in ((desk, 3), (other, 4)):
        set_level(pc, patient, episode, number)
    centre.exchange(desk)
    return level


def test_a_conflict_that_only_a_newer_program_can_read_stops_no_exchange(centre, desk, other_desk):
    level = disputed(centre, desk, other_desk)
    receipts = centre.push(other_desk)
    as_a_newer_program(centre, "Conflict", status="with_the_doctor")
    other_desk.sync.settle(receipts)
    centre.pull(other_desk)
    assert other_desk.store.read(lambda look: look.conflicts(open_only=False)) == []
    (unread,) = other_desk.store.read(lambda look: look.unreadable_conflicts())
    assert (unread.patient, unread.episode) == whose(desk)
    assert standing(other_desk, "CareLevel", level) is Standing.DECISION


def test_after_the_update_of_this_pc_the_board_is_made_anew(centre, desk, other_desk, monkeypatch):
    set_level(desk, *whose(desk), 2)
    centre.exchange(desk)
    as_a_newer_program(centre, "CareLevel", level="hourly")
    as_a_newer_program(centre, "CustodyEpisode", status="on_bail")
    centre.pull(other_desk)
    renewing(other_desk)
    assert [row["has_newer"] for row in board_of(other_desk.store)] == [True]

    known = REGISTRY["CareLevel"]
    any_level = msgspec.defstruct(
        "CareLevel", [("level", int | str)], bases=(CareLevel,), kw_only=True, frozen=True
    )
    kind = msgspec.structs.replace(known, type=any_level, schema_v=2)
    monkeypatch.setitem(REGISTRY, "CareLevel", kind)
    other_desk.reopen()
    renewing(other_desk)
    (row,) = board_of(other_desk.store)
    assert (row["records"], row["has_newer"]) == (3, True), "the stay is of a newer program still"
    made = []
    other_desk.database.write(Priority.USER, lambda connection: renew(connection, made.append))
    assert made == [], "made once"


def test_a_row_that_says_more_in_a_newer_program_is_made_anew(centre, other_desk, monkeypatch):
    centre.pull(other_desk)
    renewing(other_desk)
    made = []

    def count(records):
        made.append(records)
        return tally(records)

    monkeypatch.setattr("sonar_desktop.db.projections.FORM", FORM + 1)
    for _ in range(2):
        other_desk.database.write(Priority.USER, lambda connection: renew(connection, count))
    assert len(made) == 1


def renewing(desk: Desk) -> None:
    desk.database.write(Priority.USER, lambda connection: renew(connection, tally))
