from __future__ import annotations

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.usecases.log_access import (
    Refused,
    disclose_text,
    log_access,
    log_refusal,
    nobody,
)
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


def test_a_refusal_is_written_as_of_when_it_was_under_nobody_s_lease():
    desk = make_desk(actor=nobody(None))
    event, _ = log_refusal(desk, Refused(typed="m" * 100, at_ms=1_700_000_000_000))
    assert shown(desk, AccessEvent, event.id) == event
    assert (event.action, event.user) == (AccessAction.SIGN_IN_REFUSED, None)
    assert (event.typed, event.recorded_at.utc_ms) == ("m" * 80, 1_700_000_000_000)
    assert (desk.actor.user, desk.actor.role, desk.actor.lease_id) == ("", "", None)


def test_the_person_of_a_tile_is_named_and_nothing_typed():
    desk = make_desk(actor=nobody(AUDITOR.user))
    event, _ = log_refusal(desk, Refused(user=AUDITOR.user, at_ms=1_700_000_000_000))
    assert (event.user, event.typed, desk.actor.user) == (AUDITOR.user, "", AUDITOR.user)
