from __future__ import annotations

import pytest

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.outcome_told import ToldHow
from sonar_core.records.task import TaskKind, TaskStatus
from sonar_desktop.ui.viewmodels.told import ToldModel
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from tests.ui.patience import wait_idle


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def decision(seed, stay):
    deciding = Deciding(
        signing=Signing(episode=stay.episode, performed_at=seed.moment()),
        purpose=FitnessPurpose.INTERVIEWED,
        outcome=Fitness.NOT_FIT,
        reason="Opioids today",
        review_at=seed.moment(-88),
    )
    return record_fitness_outcome(seed.desk, deciding)[0]


@pytest.fixture
def open_panel(qtbot, workplace, stay, decision):
    made = []

    def open_one():
        model = ToldModel(workplace, decision.id, stay.episode)
        with qtbot.waitSignal(model.opened):
            pass
        made.append(model)
        return model

    yield open_one
    for model in made:
        model.close()
    wait_idle(qtbot, workplace)


def test_the_panel_says_what_to_tell_and_how_long_nobody_was_told(open_panel, hand_clock):
    panel = open_panel()
    hand_clock.let_pass(minutes=41)
    assert panel.about.sentence == "Not fit to be interviewed. Review 16:00."
    assert panel.state == "Not told · 41min"
    assert panel.about.names == ("Sgt Marsh",)


def test_it_cannot_be_signed_half_and_names_what_is_missing(qtbot, open_panel, signing):
    panel = open_panel()
    panel.type("performed_at", "")
    assert panel.missing == ("who was told", "when", "how", "whether it was read back")
    with qtbot.waitSignal(panel.focus_wanted) as caught:
        panel.sign()
    assert caught.args == ["told_to"]
    assert set(panel.flaws) == {"told_to", "performed_at", "how", "read_back"}
    assert signing.asked == 0


def test_a_telling_is_recorded_and_the_task_to_tell_is_done(
    qtbot, workplace, stay, decision, open_panel
):
    panel = open_panel()
    panel.type("told_to", "Sgt D Marsh")
    panel.choose_how("in_person")
    panel.choose_read_back(read_back=True)
    panel.type("words", "Not fit until the nurse sees him at 16:00.")
    assert panel.missing == ()
    with qtbot.waitSignal(panel.told):
        panel.sign()
    qtbot.waitUntil(lambda: panel.is_told)
    assert panel.state == "Told Sgt D Marsh 14:32, read back"
    head = read_record(workplace.desk, stay.episode)
    (known,) = head.decisions
    assert (known.told.about, known.told.how, known.told.read_back) == (
        decision.id,
        ToldHow.IN_PERSON,
        True,
    )
    assert known.told.told_to_role == "Custody officer"
    tell = next(task for task in head.tasks if task.kind is TaskKind.TELL_CUSTODY)
    assert tell.status is TaskStatus.DONE


def test_a_time_in_the_future_is_asked_back_beside_its_field(open_panel):
    panel = open_panel()
    panel.type("performed_at", "15:00")
    panel.leave("performed_at")
    assert panel.flaws["performed_at"].keep == "Keep"
    panel.keep()
    assert "performed_at" not in panel.flaws


def test_a_time_that_is_ahead_of_this_pc_alone_is_not_asked_back(open_panel, hand_clock):
    hand_clock.hear(hand_clock.now_ms() + 60 * 60_000)
    panel = open_panel()
    panel.type("performed_at", "15:00")
    panel.leave("performed_at")
    assert panel.flaws == {}


def test_what_was_typed_comes_back(qtbot, workplace, open_panel):
    panel = open_panel()
    panel.type("told_to", "Sgt D")
    panel.draft.save_now()
    wait_idle(qtbot, workplace)
    assert open_panel().entry.told_to == "Sgt D"
