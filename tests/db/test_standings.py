from __future__ import annotations

from sonar_desktop.usecases.ports import Standing
from tests.db.clinic import standing


def test_sending_is_said_only_of_what_is_in_the_batch(desk):
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    assert len(desk.sync.outgoing(2, 1 << 20).operations) == 2
    assert standing(desk, "Patient", patient) is Standing.SENDING
    assert standing(desk, "CustodyEpisode", episode) is Standing.SENDING
    assert standing(desk, "Note", note) is Standing.LOCAL
    desk.move(episode, "M2")
    assert standing(desk, "CustodyEpisode", episode) is Standing.LOCAL
