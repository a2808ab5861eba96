from __future__ import annotations

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.screens.assessment_side import AssessmentSide
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from tests.ui.patience import wait_idle


def test_the_worst_decision_that_nobody_was_told_of_gets_the_panel(qtbot, workplace, seed, light):
    stay = seed.admit(minutes_ago=120)
    side = AssessmentSide(workplace, stay.episode)
    qtbot.addWidget(side)
    qtbot.waitUntil(side.fitness.isEnabled)
    assert side.told is None
    records = {}
    for purpose, outcome in (
        (FitnessPurpose.DETAINED, Fitness.FIT),
        (FitnessPurpose.INTERVIEWED, Fitness.NOT_FIT),
    ):
        signing = Signing(episode=stay.episode, performed_at=seed.moment())
        deciding = Deciding(signing=signing, purpose=purpose, outcome=outcome, reason="Opioids")
        records[purpose] = record_fitness_outcome(workplace.desk, deciding)[0].id
    wanted = records[FitnessPurpose.INTERVIEWED]
    qtbot.waitUntil(lambda: side.told is not None and side.told.model.about_id == wanted)
    side.show_missing(1, "")
    assert side.missing.text().startswith("1 question has no answer yet.")
    side.show_missing(0, "Last signed with 58 of 58 answered")
    assert side.missing.text().startswith("Every question has an answer.")
    side.close_side()
    wait_idle(qtbot, workplace)
