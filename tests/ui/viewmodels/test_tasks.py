"""Tasks: adding one, and what ends one."""

from __future__ import annotations

import pytest

from sonar_core.records.task import TaskOwner, TaskStatus
from sonar_desktop.ui.viewmodels.tasks import CloseForm, Closing, TaskForm, done_tasks
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.read_record import read_record
from tests.ui.conftest import START_MS
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def adding(workplace, story):
    made = TaskForm(workplace, story.admitted.episode)
    yield made
    made.close()


@pytest.fixture
def closing(workplace, story):
    made = CloseForm(workplace, story.admitted.episode)
    yield made
    made.close()


def tasks_of(story):
    return read_record(story.desk, story.admitted.episode).tasks


def test_a_task_is_added_without_a_pin_and_leaves_no_draft(
    qtbot, workplace, adding, story, signing
):
    adding.open()
    adding.put(what="Ring the pharmacy", owner=TaskOwner.CUSTODY)
    adding.type_due("+1h")
    assert adding.due.echo == "14-Nov-2026 15:32"
    with qtbot.waitSignal(adding.signed):
        adding.sign()
    task = tasks_of(story)[0]
    assert (task.what, task.owner) == ("Ring the pharmacy", TaskOwner.CUSTODY)
    assert task.due_at.utc_ms == START_MS + 3_600_000
    assert signing.asked == 0
    qtbot.waitUntil(lambda: my_drafts(workplace.desk) == [])


@pytest.mark.parametrize("fast_minutes", [180, -180])
def test_a_task_is_due_by_the_servers_clock_and_a_true_time_is_not_refused(
    qtbot, adding, story, hand_clock, fast_minutes
):
    hand_clock.hear(hand_clock.now_ms())
    hand_clock.wall_ms += fast_minutes * 60_000
    for typed in ("+1h", "15:32"):
        adding.open()
        adding.put(what=f"Ring the pharmacy {typed}")
        adding.type_due(typed)
        with qtbot.waitSignal(adding.signed):
            adding.sign()
    due = {task.due_at.utc_ms // 60_000 for task in tasks_of(story) if "pharmacy" in task.what}
    assert due == {START_MS // 60_000 + 60}


def test_a_task_without_words_or_time_is_refused(adding):
    adding.open()
    adding.sign()
    assert adding.flaws["what"].text == "Enter what is to be done."
    assert adding.flaws["due_at"].text == "Enter when it is due."


def test_done_is_recorded_with_the_note(qtbot, closing, story):
    task = story.task(30, "Repeat NEWS2")
    closing.begin(task, "Repeat NEWS2", Closing.DONE)
    closing.put(note="NEWS2 3")
    with qtbot.waitSignal(closing.signed):
        closing.sign()
    assert (tasks_of(story)[0].status, tasks_of(story)[0].done_note) == (TaskStatus.DONE, "NEWS2 3")
    done = done_tasks(read_record(story.desk, story.admitted.episode), START_MS)[0]
    assert done.detail == "Done 14:32, Rhona Okafor, nurse · due 15:02 · HCP"
    assert (done.note, done.is_cancelled, done.also) == ("NEWS2 3", False, ())


def test_not_needed_asks_why(qtbot, closing, story):
    task = story.task(30, "Repeat NEWS2")
    closing.begin(task, "Repeat NEWS2", Closing.NOT_NEEDED)
    closing.sign()
    assert closing.flaws["note"].text == "Enter why it is not needed."
    closing.put(note="Taken to hospital")
    with qtbot.waitSignal(closing.signed):
        closing.sign()
    assert tasks_of(story)[0].status is TaskStatus.CANCELLED
    done = done_tasks(read_record(story.desk, story.admitted.episode), START_MS)[0]
    assert done.is_cancelled
    assert done.detail.startswith("Not needed 14:32")


def test_another_task_begins_with_an_empty_note(closing):
    closing.begin("one", "First", Closing.DONE)
    closing.put(note="Half")
    closing.begin("one", "First", Closing.DONE)
    assert closing.entry.note == "Half"
    closing.begin("two", "Second", Closing.DONE)
    assert closing.entry.note == ""
