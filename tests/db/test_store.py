from __future__ import annotations

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.ports import Standing
from tests.db.clinic import NURSE, board_of


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
