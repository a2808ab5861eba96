from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.rows import ScoreState
from sonar_core.records.base import Replacement
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.task import Task, TaskKind, TaskStatus
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.admit_detainee import Person
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.read_observations import read_observations
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from tests.usecases.clinic import MEASURED, admitted, problems_of
from tests.usecases.fakes import all_shown, clock_of, make_desk, shown, signing, store_of


def observing(desk, episode, measured=MEASURED, **other):
    return Observing(signing=signing(desk, episode), measured=measured, **other)


def changed(**values):
    return msgspec.structs.replace(MEASURED, **values)


def test_observations_are_recorded_with_the_score_they_make():
    desk = make_desk()
    found = admitted(desk)
    record, change = record_observations(desk, observing(desk, found.episode))
    assert record.news2 is not None
    assert (record.news2.total, record.news2.band) == (6, "medium")
    assert record.news2.algorithm == "news2-rcp-2017/1"
    assert shown(desk, ObservationSet, record.id) == record
    assert change.records == {("ObservationSet", record.id)}


def test_the_repeat_the_nurse_confirmed_is_made_and_the_one_now_done_is_closed():
    desk = make_desk()
    found = admitted(desk)
    due, _ = add_task(
        desk,
        found.episode,
        NewTask(
            what="Repeat NEWS2",
            due_at=clock_of(desk).in_minutes(1),
            kind=TaskKind.REPEAT_OBSERVATIONS,
        ),
    )
    repeat = NewTask(
        what="Repeat NEWS2",
        due_at=clock_of(desk).in_minutes(30),
        kind=TaskKind.REPEAT_OBSERVATIONS,
    )
    record, _ = record_observations(
        desk, observing(desk, found.episode, repeat=repeat, done_tasks=(due,))
    )
    assert shown(desk, Task, due).status is TaskStatus.DONE
    (next_one,) = [task for task in all_shown(desk, Task) if task.id != due]
    assert (next_one.cause, next_one.status) == (record.id, TaskStatus.OPEN)
    assert next_one.due_at == clock_of(desk).in_minutes(30)


def test_no_repeat_is_made_that_nobody_confirmed():
    desk = make_desk()
    record_observations(desk, observing(desk, admitted(desk).episode))
    assert all_shown(desk, Task) == []


def test_a_child_has_values_and_no_score():
    desk = make_desk()
    found = admitted(desk, person=Person(family="Nowak", birth_date="2012-01-01"))
    record, _ = record_observations(desk, observing(desk, found.episode))
    assert record.news2 is not None
    assert record.news2.total is None
    (row,) = list_board(desk).rows
    assert row.news2.state is ScoreState.NOT_FOR_THIS_PERSON


def test_refusing_every_part_is_recorded_as_refused():
    desk = make_desk()
    found = admitted(desk)
    refused = Measured(refused=("pulse", "spo2"))
    record_observations(desk, observing(desk, found.episode, refused))
    (row,) = list_board(desk).rows
    assert row.news2.state is ScoreState.REFUSED


def test_a_glucose_alone_leaves_the_last_score_on_the_board():
    desk = make_desk()
    found = admitted(desk)
    record_observations(desk, observing(desk, found.episode))
    clock_of(desk).forward(10)
    record, _ = record_observations(desk, observing(desk, found.episode, Measured(glucose="5.8")))
    assert record.news2 is None
    (row,) = list_board(desk).rows
    assert row.news2.total == 6


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"temperature": "377"}, "temperature", "Did you mean 37.7?"),
        ({"spo2": 101}, "spo2", "Oxygen saturation must be 0 to 100 %."),
        ({"diastolic_bp": 140}, "diastolic_bp", "Diastolic 140 is above systolic 104. Swapped?"),
        ({"gcs_motor": 7}, "gcs_motor", "This part of the GCS must be 1 to 6."),
        ({"spo2_scale": 3}, "spo2_scale", "Choose scale 1 or 2."),
        ({"spo2_scale": 2}, "scale_2_decided_by", "Enter who decided on scale 2."),
        ({"glucose": "high"}, "glucose", "Glucose must be a number"),
    ],
)
def test_an_impossible_value_is_refused_beside_its_field(values, field, sentence):
    desk = make_desk()
    found = admitted(desk)
    wrong = observing(desk, found.episode, changed(**values))
    said = problems_of(lambda: record_observations(desk, wrong))
    assert list(said) == [field]
    assert sentence in said[field]
    assert all_shown(desk, ObservationSet) == []


def test_an_unusual_pulse_that_the_nurse_kept_is_recorded():
    desk = make_desk()
    found = admitted(desk)
    record, _ = record_observations(desk, observing(desk, found.episode, changed(pulse=210)))
    assert record.pulse == 210


def test_an_empty_set_and_a_repeat_in_the_past_are_refused():
    desk = make_desk()
    found = admitted(desk)
    late = NewTask(what="", due_at=clock_of(desk).moment(5))
    wrong = observing(desk, found.episode, Measured(notes="Asleep"), repeat=late)
    assert problems_of(lambda: record_observations(desk, wrong)) == {
        "measured": "Enter a value, or that it was refused.",
        "repeat.what": "Enter what is to be done.",
        "repeat.due_at": "This time has passed. Enter a time to come.",
    }


def test_signing_forgets_the_draft_and_gives_the_set_an_id_of_its_own():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(
        desk, record="obs-1", form="observations", episode=found.episode, body=b"{}", place="spo2"
    )
    one = Observing(
        signing=signing(desk, found.episode, draft="obs-1"),
        measured=changed(consciousness=Consciousness.VOICE),
    )
    record, _ = record_observations(desk, one)
    assert record.id not in {"", "obs-1"}
    assert my_drafts(desk) == []


def test_an_amended_set_takes_the_place_of_the_first_which_stays_in_the_store():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_observations(desk, observing(desk, found.episode))
    amending = Amending(of=first.id, reason="Typed 112 for 122")
    second, _ = record_observations(
        desk,
        Observing(
            signing=signing(desk, found.episode, amending=amending), measured=changed(pulse=122)
        ),
    )
    assert (second.replaces, second.replacement) == (first.id, Replacement.AMENDED)
    assert second.replacement_reason == "Typed 112 for 122"
    assert [one.id for one in read_observations(desk, found.episode)] == [second.id]
    assert shown(desk, ObservationSet, first.id) == first


def test_nobody_amends_what_was_amended_already():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_observations(desk, observing(desk, found.episode))
    again = Observing(
        signing=signing(
            desk, found.episode, amending=Amending(of=first.id, reason="Typed wrong value")
        ),
        measured=MEASURED,
    )
    record_observations(desk, again)
    said = problems_of(lambda: record_observations(desk, again))
    assert said == {"amending": "This entry was already corrected. Open it again."}


def test_amending_needs_a_reason():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_observations(desk, observing(desk, found.episode))
    without = Observing(
        signing=signing(desk, found.episode, amending=Amending(of=first.id, reason=" ")),
        measured=MEASURED,
    )
    said = problems_of(lambda: record_observations(desk, without))
    assert said == {"amending": "Enter why the entry is amended."}


def test_recording_is_one_action_with_all_that_goes_with_it():
    desk = make_desk()
    found = admitted(desk)
    repeat = NewTask(what="Repeat NEWS2", due_at=clock_of(desk).in_minutes(30))
    record_observations(desk, observing(desk, found.episode, repeat=repeat))
    headers = [header for header, _ in store_of(desk).state.waiting][-2:]
    assert [header.kind for header in headers] == ["ObservationSet", "Task"]
    assert len({header.txn_id for header in headers}) == 1
