from __future__ import annotations

import pytest

from sonar_core.board.build import board_row_bytes
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.note import Note
from sonar_core.records.outcome_told import ToldHow
from sonar_desktop.db.store import ClientStore
from sonar_desktop.usecases.due_now import due_now
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.read_handover import read_handover
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.tell_custody import Telling, tell_custody
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.db import clinic
from tests.usecases.clinic import MEASURED, admitted, not_fit, paracetamol
from tests.usecases.fakes import NURSE, FakeClock, signing


@pytest.fixture
def desk(tmp_path):
    """A nurse at a PC with the product's own store, enrolled for clinic and medicines."""
    pc = clinic.Desk(tmp_path / "client.db")
    pc.enrol(scopes=(clinic.CLINICAL, clinic.CLINICAL.replace("clinical", "medicines")))
    clock = FakeClock()
    store = ClientStore(
        pc.database,
        clock=clock,
        ids=pc.ids,
        sign=clinic.sign,
        board_row=board_row_bytes,
        in_contact=lambda: False,
    )
    yield Desk(actor=NURSE, store=store, clock=clock, ids=pc.ids, site=clinic.SITE)
    pc.database.close()


def test_a_shift_recorded_offline_is_read_back_whole(desk):
    found = admitted(desk)
    open_record(desk, found.episode)
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    record_observations(desk, Observing(signing=signing(desk, found.episode), measured=MEASURED))
    care = CareSetting(
        episode=found.episode, level=2, check_every_minutes=30, rouse=True, reason="Opioids"
    )
    set_care_level(desk, care)
    outcome, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    order, _ = order_medicine(desk, paracetamol(found.episode))
    dose = Giving(
        signing=signing(desk, found.episode),
        request=order.id,
        code=DoseOutcome.GIVEN,
        dose="1000",
        identity_confirmed=True,
    )
    give_medicine(desk, dose)
    (row,) = list_board(desk).rows
    assert (row.news2.total, row.care.level, row.allergies) == (6, 2, AllergyKnowledge.KNOWN)
    assert (row.outcomes[0].told_ms, row.orders[0].given_ms) == (None, desk.clock.now_ms())
    telling = Telling(
        signing=signing(desk, found.episode),
        about=outcome.id,
        told_to="Sgt Marsh",
        told_to_role="Custody officer",
        how=ToldHow.IN_PERSON,
        read_back=True,
    )
    tell_custody(desk, telling)
    head = read_record(desk, found.episode)
    assert head.decisions[0].told.told_to == "Sgt Marsh"
    assert [line.entries[0].code for line in read_chart(desk, found.episode)] == ["G"]
    assert len(read_timeline(desk, found.episode)) == 9
    assert [one.episode for one in find_person(desk, "barrow")] == [found.episode]
    assert [item.what for item in due_now(desk).this_hour] == ["First contact"]
    assert len(read_handover(desk).list.with_something_open) == 1


def test_what_is_refused_leaves_nothing_behind_and_what_is_signed_takes_its_draft_along(desk):
    found = admitted(desk)
    draft = desk.ids.new()
    keep_draft(desk, record=draft, form="note", episode=found.episode, body=b"Slept", place="text")
    one = Noting(signing=signing(desk, found.episode, draft=draft), text="Slept")
    note_id = write_note(desk, one)[0].id
    assert my_drafts(desk) == []
    strike_out(desk, Note, note_id, "Written in the wrong record")
    before = len(read_timeline(desk, found.episode))
    with pytest.raises(InputError):
        strike_out(desk, Note, note_id, "Written in the wrong record")
    assert len(read_timeline(desk, found.episode)) == before == 2
