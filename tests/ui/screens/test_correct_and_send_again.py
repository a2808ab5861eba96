"""An entry held back opens in its form as it was typed, and what is signed takes its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.outcome_told import ToldHow
from sonar_core.sync.messages import Reason
from sonar_desktop.ui.screens.assessment import AssessmentTab, initial_assessment
from sonar_desktop.ui.screens.dose_panel import DosePanel
from sonar_desktop.ui.screens.fitness_panel import FitnessPanel
from sonar_desktop.ui.screens.told_panel import ToldPanel
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.held_entry import SENT_AGAIN
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.sign_assessment import Assessing, sign_assessment
from sonar_desktop.usecases.tell_custody import Telling, tell_custody
from tests.ui.conftest import LENA
from tests.ui.held_back import correcting, hold_back
from tests.ui.medicine_story import MedicineStory
from tests.ui.patience import wait_idle
from tests.ui.screens.opened_record import opened, settle

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return


@pytest.fixture
def story(seed, light):
    return MedicineStory(seed)


@pytest.fixture
def correct(qtbot, workplace, encrypted_store):
    """Hold a fact back and open it; `correct(fact)` is the record's page."""
    screens = []

    def open_it(fact):
        hold_back(encrypted_store, fact)
        screen = opened(qtbot, workplace, fact.episode)
        screens.append(screen)
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        screen.arrive(correcting(fact))
        settle(qtbot, workplace)
        return screen.record

    yield open_it
    for screen in screens:
        screen.let_go()
    wait_idle(qtbot, workplace)


def panel_of(record, kind):
    (panel,) = [one for one in record.findChildren(kind) if one.isVisible()]
    return panel


def standing(workplace, fact):
    """Return the facts of its kind that no other takes the place of."""
    kind = type(fact).__name__
    seen = workplace.desk.store.read(lambda look: look.of_episode(fact.episode, (kind,)))
    found = [one.record for one in seen]
    gone = {follows for one in found for follows in one.follows}
    return [one for one in found if one.id not in gone]


def check_it_took_its_place(again, held):
    assert again.id != held.id
    assert (again.corrects, again.replaces) == (held.id, None)
    assert (again.replacement, again.replacement_reason) == (Replacement.AMENDED, SENT_AGAIN)
    assert (again.performed_at, again.performed_by) == (held.performed_at, held.performed_by)


def decision(story, ago=0, **more):
    deciding = Deciding(
        signing=Signing(episode=story.episode, performed_at=story.seed.moment(ago)),
        purpose=FitnessPurpose.INTERVIEWED,
        outcome=Fitness.NOT_FIT,
        reason="Opioids taken todya",
        review_at=story.seed.moment(-30),
        **more,
    )
    return record_fitness_outcome(story.seed.desk, deciding)[0]


def telling(story, about, ago=20):
    told = Telling(
        signing=Signing(episode=story.episode, performed_at=story.seed.moment(ago)),
        about=about,
        told_to="Sgt Mash",
        told_to_role="Inspector",
        how=ToldHow.RADIO,
        read_back=False,
        words="Will come down",
    )
    return tell_custody(story.seed.desk, told)[0]


def test_a_decision_opens_as_typed_also_when_its_review_has_passed(
    qtbot, workplace, story, correct, hand_clock
):
    held = decision(story)
    hand_clock.let_pass(minutes=95)
    panel = panel_of(correct(held), FitnessPanel)
    qtbot.waitUntil(panel.again.isVisible)
    assert [name for name, row in panel.rows.items() if row.isVisible()] == [held.purpose]
    texts = {name: watched.field for name, watched in panel.inputs.items()}
    assert texts["reason"].toPlainText() == "Opioids taken todya"
    assert texts["review_at"].text() == "14-Nov-2026 15:02"
    texts["reason"].setFocus()
    texts["reason"].selectAll()
    qtbot.keyClicks(texts["reason"], "Opioids taken today")
    with qtbot.waitSignal(panel.decided):
        qtbot.keyClick(texts["reason"], ENTER, CTRL)
    settle(qtbot, workplace)
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert (again.reason, again.outcome) == ("Opioids taken today", Fitness.NOT_FIT)
    assert again.review_at == held.review_at
    assert my_drafts(workplace.desk) == []


def test_what_was_half_typed_in_the_same_form_stays_a_draft_of_its_own(
    qtbot, workplace, story, correct
):
    other = FitnessPanel(workplace, story.episode)
    qtbot.addWidget(other)
    qtbot.waitUntil(other.isEnabled)
    other.model.begin(FitnessPurpose.CHARGED, "deferred")
    other.model.type("reason", "Asleep")
    other.close_panel()
    held = decision(story)
    panel = panel_of(correct(held), FitnessPanel)
    qtbot.waitUntil(panel.again.isVisible)
    with qtbot.waitSignal(panel.decided):
        panel.sign.click()
    settle(qtbot, workplace)
    (draft,) = my_drafts(workplace.desk)
    assert draft.form == "fitness"
    assert b"Asleep" in draft.body


def test_a_telling_keeps_when_it_was_told_to_the_millisecond(
    qtbot, workplace, story, correct, hand_clock
):
    hand_clock.let_pass(seconds=17)
    held = telling(story, decision(story).id)
    hand_clock.let_pass(minutes=40)
    panel = panel_of(correct(held), ToldPanel)
    qtbot.waitUntil(panel.names.hasFocus)
    texts = panel.inputs
    assert texts["performed_at"].field.text() == "14-Nov-2026 14:12"
    assert texts["words"].field.toPlainText() == "Will come down"
    assert (panel.model.entry.how, panel.model.entry.read_back) == (ToldHow.RADIO, False)
    panel.names.line.selectAll()
    qtbot.keyClicks(QApplication.focusWidget(), "Sgt Marsh")
    with qtbot.waitSignal(panel.told):
        qtbot.keyClick(QApplication.focusWidget(), ENTER, CTRL)
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert (again.told_to, again.told_to_role) == ("Sgt Marsh", "Inspector")
    assert (again.about, again.how, again.read_back) == (held.about, ToldHow.RADIO, False)


def test_a_dose_opens_as_given_its_checks_are_made_anew_and_no_button_says_give(
    qtbot, workplace, story, correct
):
    held = story.give(story.regular(), ago=60)
    entry = AllergyEntry(substance="Dihydrocodeine", reaction="rash")
    panel = panel_of(correct(held), DosePanel)
    model = panel.model
    qtbot.waitUntil(lambda: model.is_checked)
    assert panel.primary.text() == "Send again"
    assert panel._texts["time"].field.text() == "14-Nov-2026 13:32"
    assert panel._ticks["identity"].isChecked()
    assert not model.is_blocked, "the dose held back does not count against itself"
    record_allergy(workplace.desk, story.admitted.patient, entry)
    qtbot.waitUntil(lambda: model.is_blocked)
    assert not panel.primary.isEnabled()
    for name, words in (("prescriber", "Dr Lena Marek"), ("how", "phone"), ("words", "Give it on")):
        qtbot.keyClicks(panel._texts[name].field, words)
    panel._ticks["read_back"].click()
    dose = panel._texts["dose"].field
    dose.setFocus()
    dose.selectAll()
    qtbot.keyClicks(dose, "15")
    qtbot.waitUntil(panel.primary.isEnabled)
    with qtbot.waitSignal(model.given):
        qtbot.keyClick(dose, ENTER, CTRL)
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert (again.dose, again.code, again.due_at) == ("15", DoseOutcome.GIVEN, held.due_at)
    assert any(one.level == "stop" for one in again.checks)


def test_when_to_offer_a_refused_dose_again_is_kept_though_it_has_passed(
    qtbot, workplace, story, correct, hand_clock
):
    held = story.give(
        story.needed(),
        code=DoseOutcome.REFUSED,
        ago=10,
        dose=None,
        reason="Not now",
        again_at=story.seed.moment(-20),
    )
    hand_clock.let_pass(minutes=45)
    panel = panel_of(correct(held), DosePanel)
    assert panel._texts["again"].field.text() == "14-Nov-2026 14:52"
    with qtbot.waitSignal(panel.model.given):
        panel.primary.click()
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert (again.again_at, again.reason, again.dose) == (held.again_at, "Not now", None)


def test_a_colleague_s_dose_sent_again_stays_theirs(qtbot, workplace, story, correct, sit_down):
    story.seed.desk = sit_down(LENA).desk
    held = story.give(story.regular(), ago=60)
    panel = panel_of(correct(held), DosePanel)
    qtbot.waitUntil(lambda: panel.model.can_record)
    with qtbot.waitSignal(panel.model.given):
        panel.primary.click()
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert again.recorded_by == workplace.desk.actor.user
    assert again.performed_by == LENA.user


def test_an_assessment_opens_with_its_answers_and_the_tab_is_free_again_after(
    qtbot, workplace, story, correct, hand_clock
):
    form = initial_assessment()
    answers = {"consent-capacity": ("yes",), "consent-role-explained": ("no",)}
    assessing = Assessing(
        signing=Signing(episode=story.episode, performed_at=story.seed.moment(15)),
        form=form,
        answers=answers,
    )
    held = sign_assessment(story.seed.desk, assessing)[0]
    hand_clock.let_pass(minutes=12)
    record = correct(held)
    tab = record.tabs[Tab.ASSESSMENT]
    assert isinstance(tab, AssessmentTab)
    qtbot.waitUntil(tab.message.isVisible)
    assert tab.model.answers == answers
    tab.section.go_to("consent-role-explained")
    qtbot.keyClick(QApplication.focusWidget(), "y")
    qtbot.keyClick(QApplication.focusWidget(), ENTER, CTRL)
    qtbot.waitUntil(lambda: Tab.ASSESSMENT not in record.tabs)
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert again.answers == held.answers | {"consent-role-explained": ("yes",)}
    record.open_tab(Tab.ASSESSMENT)
    settle(qtbot, workplace)
    fresh = record.tabs[Tab.ASSESSMENT]
    assert (fresh.held, fresh.model.answers) == (None, {})


def test_an_assessment_half_corrected_is_there_when_it_is_opened_once_more(
    qtbot, workplace, story, correct
):
    assessing = Assessing(
        signing=Signing(episode=story.episode, performed_at=story.seed.moment(15)),
        form=initial_assessment(),
        answers={"consent-capacity": ("yes",)},
    )
    held = sign_assessment(story.seed.desk, assessing)[0]
    record = correct(held)
    record.tabs[Tab.ASSESSMENT].model.answer("consent-capacity", ("no",))
    record.open_tab(Tab.SUMMARY)
    assert Tab.ASSESSMENT not in record.tabs
    record.arrive(correcting(held))
    settle(qtbot, workplace)
    tab = record.tabs[Tab.ASSESSMENT]
    qtbot.waitUntil(tab.message.isVisible)
    assert tab.model.answers == {"consent-capacity": ("no",)}


def test_what_was_corrected_meanwhile_is_not_corrected_twice(qtbot, workplace, story, correct):
    held = decision(story)
    panel = panel_of(correct(held), FitnessPanel)
    qtbot.waitUntil(panel.again.isVisible)
    signing = Signing(episode=story.episode, performed_at=story.seed.moment())
    anew = Deciding(signing=signing, purpose=held.purpose, outcome=Fitness.FIT)
    later = record_fitness_outcome(workplace.desk, anew)[0]
    with qtbot.waitSignal(panel.model.refused):
        panel.model.sign()
    assert panel.refusal.isVisible()
    assert panel.refusal.text() == "Not signed. This entry was already corrected. Open it again."
    assert [one.id for one in standing(workplace, held)] == [later.id]


def test_a_telling_of_a_decision_held_back_is_of_the_one_that_was_sent_in_its_place(
    qtbot, workplace, story, correct, encrypted_store
):
    first = decision(story)
    held = telling(story, first.id)
    hold_back(encrypted_store, held, Reason.MISSING_PARENT, first.id)
    record = correct(first)
    record.arrive(correcting(held))
    panel = panel_of(record, ToldPanel)
    qtbot.waitUntil(lambda: panel.model.entry.told_to == held.told_to)
    with qtbot.waitSignal(panel.model.refused):
        panel.sign.click()
    assert panel.refusal.text().endswith("Correct that first, then this.")
    record.arrive(correcting(first))
    decided = panel_of(record, FitnessPanel)
    qtbot.waitUntil(decided.again.isVisible)
    with qtbot.waitSignal(decided.decided) as signed:
        decided.sign.click()
    record.arrive(correcting(held))
    panel = panel_of(record, ToldPanel)
    qtbot.waitUntil(lambda: panel.model.entry.told_to == held.told_to)
    with qtbot.waitSignal(panel.told):
        panel.sign.click()
    (again,) = standing(workplace, held)
    check_it_took_its_place(again, held)
    assert [again.about] == signed.args
