from __future__ import annotations

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.usecases.log_access import disclose_text, log_access
from tests.usecases.clinic import admitted
from tests.usecases.fakes import AUDITOR, clock_of, make_desk, shown


def test_who_came_and_went_is_written_down_about_nobody():
    desk = make_desk(actor=AUDITOR)
    event, _ = log_access(desk, AccessAction.SIGNED_OUT)
    assert shown(desk, AccessEvent, event.id) == event
    assert (event.action, event.user) == (AccessAction.SIGNED_OUT, AUDITOR.user)
    assert (event.patient, event.episode) == (None, None)
    assert event.recorded_at == clock_of(desk).moment()


def test_text_that_leaves_for_custody_is_a_disclosure_about_the_person():
    desk = make_desk()
    found = admitted(desk)
    event, _ = disclose_text(desk, found.episode)
    assert (event.action, event.patient) == (AccessAction.DISCLOSED, found.patient)
    assert event.episode == found.episode
