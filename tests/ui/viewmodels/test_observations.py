from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.patient import Pregnancy
from sonar_core.records.task import TaskKind
from sonar_desktop.ui.viewmodels.observations import ObservationsModel
from sonar_desktop.ui.viewmodels.trend import Window
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.read_observations import read_observations
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from tests.ui.patience import wait_idle

SICK = {
    "respiratory_rate": "22",
    "spo2": "94",
    "systolic_bp": "98",
    "diastolic_bp": "58",
    "pulse": "114",
    "temperature": "36.3",
}
WELL = SICK | {
    "respiratory_rate": "16",
    "spo2": "98",
    "systolic_bp": "121",
    "diastolic_bp": "75",
    "pulse": "72",
}


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def open_form(qtbot, workplace, stay):
    made = []

    def open_one(episode=None):
        model = ObservationsModel(workplace, episode or stay.episode)
        with qtbot.waitSignal(model.opened):
            pass
        made.append(model)
        return model

    yield open_one
    for model in made:
        model.close()
    wait_idle(qtbot, workplace)


@pytest.fixture
def form(open_form):
    return open_form()


def fill(model, values, *, level="A", on_oxygen=False):
    for name, text in values.items():
        model.type(name, text)
        model.leave(name)
    model.choose_air(on_oxygen=on_oxygen)
    if level:
        model.choose_level(level)


def sign(qtbot, model):
    with qtbot.waitSignal(model.signed) as caught:
        model.sign()
    return caught.args[0]


def tasks(workplace, stay):
    return read_record(workplace.desk, stay.episode).tasks


def test_the_score_is_there_only_with_all_seven_parts_and_names_the_missing(form):
    assert form.score.detail == "All 7 parts are needed for a total."
    fill(form, SICK, level="")
    assert form.score.total is None
    assert form.score.detail == "1 part missing: consciousness."
    form.choose_level("A")
    assert (form.score.total, form.score.band, form.score.headline) == (7, "high", "High")
    assert form.score.sub_scores["respiratory_rate"] == 2


def test_a_signed_set_is_stored_with_its_score_and_what_follows(qtbot, workplace, stay, form):
    fill(form, SICK)
    words = sign(qtbot, form)
    assert words == "Signed. NEWS2 7. Saved on this PC, waiting to send."
    (record,) = read_observations(workplace.desk, stay.episode)
    assert (record.news2.total, record.pulse, record.temperature) == (7, 114, "36.3")
    kinds = {task.kind: task for task in tasks(workplace, stay) if task.cause == record.id}
    assert kinds[TaskKind.REPEAT_OBSERVATIONS].due_at.utc_ms - record.performed_at.utc_ms == 900_000
    assert TaskKind.TELL_CUSTODY in kinds
    assert form.entry.is_empty
    wait_idle(qtbot, workplace)
    assert my_drafts(workplace.desk) == []


def test_the_next_set_shows_the_values_before_and_does_the_open_repeat(
    qtbot, workplace, stay, form, hand_clock
):
    fill(form, SICK)
    sign(qtbot, form)
    hand_clock.let_pass(minutes=10)
    qtbot.waitUntil(lambda: "pulse" in form.previous)
    assert form.previous["pulse"] == "114 at 14:32"
    assert form.previous["systolic_bp"] == "98/58 at 14:32"
    fill(form, WELL)
    assert "“Repeat observations” due 14:47 is done" in form.following.text
    assert form.score.course == "Falling: 7, 0"
    sign(qtbot, form)
    repeats = [t for t in tasks(workplace, stay) if t.kind is TaskKind.REPEAT_OBSERVATIONS]
    assert [task.status.value for task in repeats] == ["done"]


def test_an_incomplete_set_leaves_the_repeat_open_and_says_so(qtbot, workplace, stay, form):
    fill(form, SICK)
    sign(qtbot, form)
    qtbot.waitUntil(lambda: bool(form.previous))
    form.type("pulse", "90")
    assert "stays open until the set is complete" in form.following.text
    form.type_repeat("")
    sign(qtbot, form)
    repeats = [t for t in tasks(workplace, stay) if t.kind is TaskKind.REPEAT_OBSERVATIONS]
    assert [task.status.value for task in repeats] == ["open"]


def test_signing_is_refused_while_a_field_is_red_and_the_focus_goes_there(qtbot, form, signing):
    fill(form, SICK | {"glucose": "58"})
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["glucose"]
    assert signing.asked == 0
    form.fix("glucose")
    assert form.entry.text("glucose") == "5.8"
    sign(qtbot, form)


def test_an_unusual_value_blocks_until_it_is_kept(qtbot, workplace, stay, form):
    fill(form, SICK | {"pulse": "210"})
    form.sign()
    assert form.flaws["pulse"].keep == "Keep"
    form.keep("pulse")
    sign(qtbot, form)
    assert read_observations(workplace.desk, stay.episode)[0].pulse == 210


def test_swapped_pressures_are_put_right_with_one_press(form):
    fill(form, {"systolic_bp": "80", "diastolic_bp": "110"}, level="")
    form.fix("diastolic_bp")
    assert (form.measured.systolic_bp, form.measured.diastolic_bp) == (110, 80)


def test_a_refusal_is_signed_as_a_refusal(qtbot, workplace, stay, form):
    form.type("pulse", "r")
    form.leave("pulse")
    assert form.entry.text("pulse") == "Refused"
    sign(qtbot, form)
    (record,) = read_observations(workplace.desk, stay.episode)
    assert record.refused == ("pulse",)


def test_nothing_at_all_cannot_be_signed(qtbot, form):
    with qtbot.waitSignal(form.focus_wanted):
        form.sign()
    assert "respiratory_rate" in form.flaws


def test_a_late_set_asks_why_and_the_answer_stands_in_the_notes(qtbot, workplace, stay, form):
    fill(form, WELL)
    form.type_time("13:00")
    assert form.asks_late_reason
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["late_reason"]
    form.type("late_reason", "Written on paper first")
    sign(qtbot, form)
    (record,) = read_observations(workplace.desk, stay.episode)
    assert record.notes == "Written late: Written on paper first."
    assert record.recorded_at.utc_ms - record.performed_at.utc_ms == 92 * 60_000


def test_scale_two_asks_who_decided(qtbot, form):
    fill(form, WELL)
    form.choose_scale(2)
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["scale_2_decided_by"]


def test_the_draft_comes_back_with_the_place_of_the_cursor(qtbot, workplace, form, open_form):
    form.type("pulse", "11")
    form.stand_at("pulse", 2)
    form.draft.save_now()
    wait_idle(qtbot, workplace)
    again = open_form()
    assert again.entry.text("pulse") == "11"
    assert again.reopened_at == ("pulse", 2)


def test_a_discarded_draft_is_gone(qtbot, workplace, form):
    form.type("pulse", "11")
    form.draft.save_now()
    form.discard()
    wait_idle(qtbot, workplace)
    assert form.entry.is_empty
    assert my_drafts(workplace.desk) == []


def test_the_time_is_that_of_the_first_value_unless_it_was_typed(form, hand_clock):
    hand_clock.let_pass(minutes=3)
    form.type("pulse", "80")
    assert form.entry.time.typed == "14:35"
    form.type_time("14:30")
    form.type("spo2", "98")
    assert form.entry.time.typed == "14:30"


def test_a_time_that_is_ahead_of_this_pc_alone_is_not_asked_back(form, hand_clock):
    form.type_time("15:00")
    assert form.time.flaw.keep == "Keep"
    hand_clock.hear(hand_clock.now_ms() + 60 * 60_000)
    hand_clock.let_pass(seconds=1)
    assert form.time.flaw is None


def test_an_amended_set_takes_the_place_of_the_signed_one(qtbot, workplace, stay, form):
    fill(form, SICK)
    sign(qtbot, form)
    qtbot.waitUntil(lambda: bool(form.last_signed))
    assert form.last_signed.startswith("Last 14:32 by Rhona Okafor, NEWS2 7")
    form.amend_last()
    form.type("pulse", "84")
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["amending"]
    form.type("amending", "Read from the wrong finger")
    sign(qtbot, form)
    (record,) = read_observations(workplace.desk, stay.episode)
    assert (record.pulse, record.replacement_reason) == (84, "Read from the wrong finger")


def test_a_set_is_amended_by_name_once_the_record_is_read(qtbot, workplace, stay, form, open_form):
    fill(form, SICK)
    sign(qtbot, form)
    (record,) = read_observations(workplace.desk, stay.episode)
    later = ObservationsModel(workplace, stay.episode)
    later.amend(record.id)
    qtbot.waitUntil(lambda: later.is_amending)
    assert (later.entry.amends, later.entry.text("pulse")) == (record.id, str(record.pulse))
    later.amend(record.id)
    assert later.is_amending
    later.close()


def test_amending_does_not_take_what_is_typed_and_not_signed(qtbot, form):
    fill(form, SICK)
    sign(qtbot, form)
    qtbot.waitUntil(lambda: bool(form.last_signed))
    form.type("pulse", "99")
    with qtbot.waitSignal(form.refused) as told:
        form.amend_last()
    assert "not signed" in told.args[0]
    assert (form.entry.text("pulse"), form.is_amending) == ("99", False)


def test_a_set_that_was_corrected_meanwhile_is_not_amended_twice(qtbot, form):
    with qtbot.waitSignal(form.refused) as told:
        form.amend("0192d3a4-0000-7000-8000-00000000dead")
    assert told.args == ["This entry was already corrected. Open it again."]


def test_nobody_is_scored_in_pregnancy(open_form, seed):
    person = seed.admit("F1", "ASH", "Mira", gender="female", pregnancy=Pregnancy.POSSIBLE)
    model = open_form(person.episode)
    fill(model, WELL)
    assert model.score.total is None
    assert model.score.detail.startswith("NEWS2 is not for under 16s or in pregnancy")
    assert not model.score.is_for_this_person


def test_the_trend_shows_the_typed_set_as_open(form):
    form.type("pulse", "84")
    form.show_window(Window.SIX_HOURS)
    pulse = next(one for one in form.trend.panels if one.title.startswith("Pulse"))
    assert [(one.text, one.is_signed) for one in pulse.points] == [("84", False)]


def test_f8_goes_to_the_next_part_without_a_value_and_back(qtbot, form):
    form.type("respiratory_rate", "16")
    form.stand_at("respiratory_rate", 2)
    for forward, wanted in ((True, "spo2"), (False, "temperature")):
        with qtbot.waitSignal(form.focus_wanted) as caught:
            form.go_to_open(forward=forward)
        assert caught.args == [wanted]


def test_extras_open_by_name_and_the_coma_scale_is_added_up(qtbot, form):
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.add_extra("gcs")
    assert caught.args == ["gcs_eye"]
    for name, text in (("gcs_eye", "4"), ("gcs_verbal", "4"), ("gcs_motor", "6")):
        form.type(name, text)
    assert form.coma_total == "E4 V4 M6 = 14/15"


def test_what_another_person_signs_is_seen_while_typing(qtbot, workplace, stay, seed, form):
    form.type("pulse", "84")
    signing = Signing(episode=stay.episode, performed_at=seed.moment(5))
    record_observations(workplace.desk, Observing(signing=signing, measured=Measured(pulse=99)))
    qtbot.waitUntil(lambda: form.previous.get("pulse") == "99 at 14:27")
    assert form.entry.text("pulse") == "84"


def test_an_impossible_repeat_is_refused_beside_its_field(qtbot, form):
    fill(form, SICK)
    assert form.repeat_text == "14:47"
    form.type_repeat("rubbish")
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["repeat"]
    form.type_repeat("+30m")
    assert form.repeat_at.utc_ms - form.now.utc_ms == 1_800_000


def test_the_body_of_a_draft_is_the_entry(form):
    form.type("pulse", "84")
    body, place = form._take()
    assert msgspec.json.decode(body)["texts"] == {"pulse": "84"}
    assert place == ":0"
