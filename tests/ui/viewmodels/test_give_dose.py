from __future__ import annotations

import pytest

from sonar_core.medicines.checks import CheckLevel
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.patient import Gender
from sonar_desktop.ui.viewmodels.dose_words import identity_sentence, unseen_since
from sonar_desktop.ui.viewmodels.give_dose import GiveDoseModel
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory

NONE_WAITING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
ONLINE = SyncStatus(state=SyncState.UP_TO_DATE, waiting=NONE_WAITING, last_contact_ms=START_MS)
OFFLINE = SyncStatus(
    state=SyncState.OFFLINE, waiting=NONE_WAITING, last_contact_ms=START_MS - 45 * 60_000
)


@pytest.fixture
def story(seed):
    return MedicineStory(seed)


@pytest.fixture
def dose(qtbot, workplace, background):
    opened = []
    background.tell_sync_status(ONLINE)

    def open_(order, due_ms=None) -> GiveDoseModel:
        lines = read_chart(workplace.desk, order.episode)
        line = next(one for one in lines if one.order.id == order.id)
        model = GiveDoseModel(workplace, line, due_ms)
        opened.append(model)
        model.refresh()
        qtbot.waitUntil(lambda: model.is_checked)
        drain(qtbot, background)
        return model

    yield open_
    for model in opened:
        model.close()
    drain(qtbot, background)


def recorded(workplace, episode):
    def look(reading):
        seen = reading.of_episode(episode, ("MedicationAdministration",))
        return [one.record for one in seen if isinstance(one.record, MedicationAdministration)]

    return workplace.desk.store.read(look)


def test_a_dose_is_given_once_the_person_has_said_who_they_are(dose, story, workplace, qtbot):
    order = story.regular()
    model = dose(order, START_MS - 120_000)
    assert model.hint == "Choose what became of the dose."
    model.choose(DoseOutcome.GIVEN)
    assert model.primary_text == "Give 30 mg"
    assert model.hint == "Ask for name and date of birth first."
    model.set_tick("identity", is_on=True)
    assert model.can_record
    with qtbot.waitSignal(model.given) as said:
        model.record()
    assert said.args == ["Given: Dihydrocodeine 30 mg tablet, 30 mg, 14:32."]
    (entry,) = recorded(workplace, story.episode)
    assert (entry.code, entry.dose, entry.identity_confirmed) == (DoseOutcome.GIVEN, "30", True)
    assert entry.due_at.utc_ms == START_MS - 120_000


def test_an_allergy_stops_giving_until_a_prescriber_says_so(dose, story, workplace, qtbot):
    order = story.regular(ingredients=("amoxicillin",))
    model = dose(order)
    model.choose(DoseOutcome.GIVEN)
    model.set_tick("identity", is_on=True)
    assert model.checks[0].level is CheckLevel.STOP
    assert model.hint == "“Give” needs a named prescriber while a check says Stop."
    assert model.may_overrule
    model.set_text("prescriber", "Dr Shah")
    model.set_text("how", "telephone")
    model.set_text("words", "Tolerated it last week")
    assert not model.can_record
    model.set_tick("read_back", is_on=True)
    assert model.can_record
    with qtbot.waitSignal(model.given):
        model.record()
    (entry,) = recorded(workplace, story.episode)
    assert entry.override_reason.startswith("Dr Shah, telephone, read back: Tolerated")


def test_not_giving_is_never_stopped_and_asks_why(dose, story, workplace, qtbot):
    model = dose(story.regular(ingredients=("amoxicillin",)))
    model.choose(DoseOutcome.WITHHELD)
    assert model.primary_text == "Record withheld"
    assert model.can_record
    model.record()
    qtbot.waitUntil(lambda: "reason" in model.flaws)
    assert model.flaws["reason"].text == "Enter why."
    model.set_text("reason", "Drowsy")
    with qtbot.waitSignal(model.given) as said:
        model.record()
    assert said.args[0].startswith("Recorded: Dihydrocodeine 30 mg tablet, withheld")
    (entry,) = recorded(workplace, story.episode)
    assert (entry.dose, entry.reason) == (None, "Drowsy")


def test_allergies_nobody_asked_about_stop_every_dose_but_the_emergency_list(dose, seed):
    story = MedicineStory(seed, allergies=False)
    model = dose(story.regular())
    model.choose(DoseOutcome.GIVEN)
    assert model.hint == (
        "Allergies are not recorded. Record them first. Emergency medicines can still be given."
    )
    assert not model.may_overrule
    emergency = dose(story.naloxone())
    emergency.choose(DoseOutcome.GIVEN)
    assert not emergency.needs_identity
    assert emergency.can_record


def test_a_dose_too_soon_after_the_last_is_stopped_by_the_orders_own_interval(dose, story):
    order = story.needed()
    story.give(order, ago=60)
    model = dose(order)
    model.choose(DoseOutcome.GIVEN)
    stop = model.checks[0]
    assert (stop.level, "4hr at least" in stop.text) == (CheckLevel.STOP, True)


def test_the_amount_typed_is_checked_against_the_orders_most(dose, story, qtbot):
    model = dose(story.regular())
    model.choose(DoseOutcome.PARTLY_GIVEN)
    model.set_text("dose", "90")
    qtbot.waitUntil(lambda: model.is_blocked)
    assert model.primary_text == "Record part given, 90 mg"
    assert model.count_text.startswith("1 stop")


def test_offline_says_what_is_not_known_here(dose, story, background, qtbot):
    model = dose(story.regular())
    assert all(one.level is not CheckLevel.UNKNOWN for one in model.checks)
    background.tell_sync_status(OFFLINE)
    qtbot.waitUntil(lambda: any(one.level is CheckLevel.UNKNOWN for one in model.checks))
    unknown = next(one for one in model.checks if one.level is CheckLevel.UNKNOWN)
    assert unknown.text == "Doses given elsewhere since 13:47 are not known here."


def test_without_any_word_of_the_server_nothing_is_taken_for_known():
    assert unseen_since(None, START_MS) == START_MS
    assert unseen_since(ONLINE, START_MS) is None
    assert unseen_since(OFFLINE, START_MS) == START_MS - 45 * 60_000


def test_a_time_to_come_is_refused_and_one_long_ago_is_said(dose, story):
    model = dose(story.regular())
    model.choose(DoseOutcome.REFUSED)
    model.set_text("reason", "Did not want it")
    model.set_time("-1h")
    assert model.when.late == "This happened 1hr ago."
    model.set_time("15:30")
    model.record()
    assert "time" in model.flaws
    assert model.flaws["time"].text.startswith("15:30 is in the future.")


def test_a_time_that_is_ahead_of_this_pc_alone_is_not_asked_back(dose, story, hand_clock):
    hand_clock.hear(hand_clock.now_ms() + 60 * 60_000)
    model = dose(story.regular())
    model.set_time("15:30")
    assert model.when.flaw is None


def test_a_time_to_offer_again_must_be_to_come(dose, story, workplace, qtbot):
    model = dose(story.regular())
    model.choose(DoseOutcome.ASLEEP)
    model.set_text("again", "soon")
    model.record()
    assert "again" in model.flaws
    model.set_text("again", "15:45")
    with qtbot.waitSignal(model.given):
        model.record()
    (entry,) = recorded(workplace, story.episode)
    assert entry.again_at.utc_ms == START_MS + 73 * 60_000


def test_what_custody_handed_over_names_who(dose, story, workplace, qtbot):
    model = dose(story.regular())
    model.choose(DoseOutcome.GIVEN_BY_CUSTODY)
    assert model.primary_text == "Record 30 mg handed over"
    model.record()
    qtbot.waitUntil(lambda: "custody" in model.flaws)
    model.set_text("custody", "PC Hall")
    with qtbot.waitSignal(model.given):
        model.record()
    assert recorded(workplace, story.episode)[0].given_by_custody == "PC Hall"


def test_what_was_typed_is_there_again(dose, story, background, qtbot):
    order = story.regular()
    model = dose(order, START_MS)
    model.choose(DoseOutcome.WITHHELD)
    model.set_text("reason", "Half a thought")
    model.leave_field()
    drain(qtbot, background)
    again = dose(order, START_MS)
    assert again.texts.reason == "Half a thought"
    assert again.code is DoseOutcome.WITHHELD


def test_now_is_when_it_is_recorded_and_of_a_draft_when_it_was_typed(
    dose, story, background, hand_clock, qtbot
):
    order = story.regular()
    model = dose(order, START_MS)
    hand_clock.let_pass(minutes=9)
    assert model.at.utc_ms == START_MS + 9 * 60_000
    model.set_text("reason", "Drowsy")
    model.leave_field()
    drain(qtbot, background)
    hand_clock.let_pass(minutes=60)
    again = dose(order, START_MS)
    assert again.at.utc_ms == START_MS
    assert again.when.late == "This happened 1hr 9min ago."


def test_who_the_person_says_they_are_is_asked_in_their_words():
    assert identity_sentence(Gender.MALE) == "He said his name and date of birth"
    assert identity_sentence(Gender.FEMALE) == "She said her name and date of birth"
    assert identity_sentence(Gender.UNKNOWN) == "They said their name and date of birth"
