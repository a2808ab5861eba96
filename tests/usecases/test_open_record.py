from __future__ import annotations

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.usecases.open_record import open_record
from tests.usecases.clinic import admitted
from tests.usecases.fakes import AUDITOR, clock_of, make_desk, shown, store_of


def test_opening_a_record_writes_who_looked_at_whom_and_when_also_for_an_auditor():
    desk = make_desk(actor=AUDITOR)
    writer = make_desk()
    found = admitted(writer)
    store_of(desk).state = store_of(writer).state
    identifier, _ = open_record(desk, found.episode)
    event = shown(desk, AccessEvent, identifier)
    assert (event.action, event.user) == (AccessAction.OPENED_RECORD, AUDITOR.user)
    assert (event.patient, event.episode) == (found.patient, found.episode)
    assert event.recorded_at == clock_of(desk).moment()
