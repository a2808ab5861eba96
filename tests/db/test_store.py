from __future__ import annotations

import threading

import pytest

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.ports import Draft, Standing
from tests.db.clinic import NURSE, board_of


def draft(author=NURSE.user, record="r1", text=b"se", saved_ms=1, episode="e1"):
    return Draft(
        author=author,
        record=record,
        form="note",
        episode=episode,
        body=text,
        place="text:2",
        saved_ms=saved_ms,
    )


def test_a_detainee_booked_in_is_there_after_the_program_starts_again(desk):
    patient, episode = desk.arrival(family="Marsh")
    desk.reopen()

    seen = desk.store.read(lambda look: look.seen("Patient", patient))

    assert seen.record.family == "Marsh"
    assert seen.author == NURSE.user
    assert (seen.version, seen.received_ms, seen.standing) == (0, None, Standing.LOCAL)
    assert desk.store.read(lambda look: look.get(CustodyEpisode, episode)).patient == patient
    assert desk.store.read(lambda look: look.get(Patient, episode)) is None
    assert board_of(desk.store)[0]["family"] == "Marsh"


def test_what_is_typed_is_kept_and_shown_to_its_author_alone(desk):
    changed = desk.store.keep_draft(draft(text=b"s"))
    desk.store.keep_draft(draft(text=b"se", saved_ms=2))
    desk.store.keep_draft(draft(record="r2", saved_ms=3, episode=None))
    desk.store.keep_draft(draft(author="somebody else"))
    desk.reopen()

    assert changed.drafts
    mine = desk.store.read(lambda look: look.drafts(NURSE.user))
    assert [(one.record, one.body, one.episode) for one in mine] == [
        ("r2", b"se", None),
        ("r1", b"se", "e1"),
    ]
    assert desk.store.read(lambda look: look.draft(NURSE.user, "r1")) == draft(saved_ms=2)
    assert desk.store.read(lambda look: look.draft("nobody", "r1")) is None


def test_signing_drops_the_draft_and_writes_the_record_together_or_not_at_all(desk):
    patient, episode = desk.arrival()
    note = desk.a_note(patient, episode, "seen")
    desk.store.keep_draft(draft(record=note.id))

    def sign_and_fail(write):
        write.record(note)
        write.drop_draft(NURSE.user, note.id)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.store.write(NURSE, "sign", sign_and_fail)
    assert desk.store.read(lambda look: look.draft(NURSE.user, note.id)) is not None

    def sign(write):
        write.record(note)
        write.drop_draft(NURSE.user, note.id)
        write.put_draft(draft(record="next"))

    _, changed = desk.store.write(NURSE, "sign", sign)
    assert changed.drafts
    assert [one.record for one in desk.store.read(lambda look: look.drafts(NURSE.user))] == ["next"]
    assert desk.store.read(lambda look: look.seen("Note", note.id)) is not None


def test_a_discarded_draft_is_gone(desk):
    desk.store.keep_draft(draft())
    assert desk.store.discard_draft(NURSE.user, "r1").drafts
    assert desk.store.read(lambda look: look.drafts(NURSE.user)) == []


def test_a_setting_of_this_pc_is_not_sent(desk):
    desk.store.write(NURSE, "set", lambda write: write.put_setting("theme", "light"))
    desk.store.write(NURSE, "set", lambda write: write.put_setting("theme", "dark"))
    desk.reopen()
    assert desk.store.read(lambda look: look.setting("theme")) == "dark"
    assert desk.sync.waiting().operations == 0


def test_a_look_stays_on_one_state_while_others_write(desk):
    patient, episode = desk.arrival()
    began, wrote = threading.Event(), threading.Event()

    def look(reading):
        before = len(reading.of_episode(episode, ["Note"]))
        began.set()
        assert wrote.wait(10)
        return before, len(reading.of_episode(episode, ["Note"]))

    found = []
    thread = threading.Thread(target=lambda: found.append(desk.store.read(look)))
    thread.start()
    assert began.wait(10)
    desk.note(patient, episode, "written meanwhile")
    wrote.set()
    thread.join()
    assert found == [(0, 0)]
    assert len(desk.store.read(lambda reading: reading.of_episode(episode, ["Note"]))) == 1
