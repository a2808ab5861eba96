from __future__ import annotations

from pathlib import Path

import pytest

from sonar_core.forms.definition import walk
from sonar_core.forms.loader import load_form
from sonar_core.records.assessment import Assessment
from sonar_desktop.ui.viewmodels.assessment import AssessmentModel
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.keep_draft import my_drafts
from tests.ui.patience import wait_idle

FORM = load_form(
    (
        Path(__file__).parents[3] / "resources/questionnaires/custody-initial-assessment-0.1.json"
    ).read_bytes()
)
DRUGS = 6


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def open_form(qtbot, workplace, stay):
    made = []

    def open_one(episode=None):
        model = AssessmentModel(workplace, episode or stay.episode, FORM)
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


def stored(workplace, stay):
    def look(reading):
        return [one.record for one in reading.of_episode(stay.episode, (Assessment.__name__,))]

    return workplace.desk.store.read(look)


def sign(qtbot, model):
    with qtbot.waitSignal(model.signed) as caught:
        model.sign()
    return caught.args[0]


def test_thirteen_sections_start_with_their_counts(form):
    assert len(form.sections) == 13
    assert form.sections[0].state == "current"
    assert (form.sections[DRUGS].title, form.sections[DRUGS].detail) == ("Drugs", "0 of 7")
    assert form.sections[10].detail == "not recorded"
    assert form.sections[12].detail == "none yet"


def test_questions_are_asked_in_the_words_of_the_person(open_form, seed, form):
    text = form.form.item("drugs-24h").text
    assert form.words(text) == "Has he taken any drugs in the last 24 hours?"
    woman = open_form(seed.admit("F1", "ASH", "Mira", gender="female").episode)
    assert woman.words(text) == "Has she taken any drugs in the last 24 hours?"


def test_a_section_is_to_come_back_to_until_every_question_is_answered(form):
    form.open_section(3)
    assert form.sections[3].state == "current"
    form.answer("allergies-asked", ("yes",))
    assert form.sections[3].state == "done"
    form.answer("consent-capacity", ("yes",))
    assert (form.sections[0].state, form.sections[0].detail) == ("come-back", "1 of 6 · come back")


def test_an_answer_opens_its_questions_and_hides_them_again_without_losing_them(form):
    assert "drugs-what" not in form.relevant
    form.answer("drugs-24h", ("yes",))
    assert "drugs-what" in form.relevant
    form.type("drugs-what", "Heroin")
    form.answer("drugs-24h", ("no",))
    assert "drugs-what" not in form.relevant
    assert form.answers["drugs-what"] == ("Heroin",)


def test_what_was_not_asked_never_blocks_and_is_stored_as_not_asked(qtbot, workplace, stay, form):
    form.answer("drugs-24h", ("no",))
    words = sign(qtbot, form)
    assert words.startswith("Assessment signed. 57 stored as not asked.")
    (record,) = stored(workplace, stay)
    assert record.answers["drugs-24h"] == ("no",)
    assert record.answers["drugs-hidden"] == ("not-asked",)
    assert (record.questionnaire, record.questionnaire_version) == (FORM.url, "0.1")
    assert form.progress[0] == 0
    wait_idle(qtbot, workplace)
    assert my_drafts(workplace.desk) == []


def test_a_required_answer_blocks_and_the_list_leads_to_it(qtbot, form, signing):
    form.answer("injuries-head", ("yes",))
    form.answer("head-sent", ("no",))
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.sign()
    assert caught.args == ["head-not-sent-why"]
    assert form.section.link_id == "injuries"
    assert [one.link_id for one in form.problems] == ["head-not-sent-why"]
    assert signing.asked == 0
    form.type("head-not-sent-why", "Dr Marek decided: no criterion met")
    assert form.problems == ()
    sign(qtbot, form)


def test_a_wrong_number_and_a_wrong_time_are_listed_together_in_order(form):
    form.answer("alcohol-drinks", ("yes",))
    form.type("alcohol-units", "many")
    form.type_time("alcohol-last-drink", "sometime")
    form.sign()
    assert [one.link_id for one in form.problems] == ["alcohol-units", "alcohol-last-drink"]
    assert form.section.link_id == "alcohol"
    assert form.flaws["alcohol-units"].is_refused
    assert form.entry.text("alcohol-units") == "many"


def test_a_time_is_kept_as_it_was_meant(qtbot, workplace, stay, form):
    form.answer("alcohol-drinks", ("yes",))
    form.type_time("alcohol-last-drink", "approx 11:30")
    sign(qtbot, form)
    assert stored(workplace, stay)[0].answers["alcohol-last-drink"] == (
        "2026-11-14T11:30:00+00:00~",
    )


def test_a_time_that_is_ahead_of_this_pc_alone_is_no_problem(form, hand_clock):
    hand_clock.hear(hand_clock.now_ms() + 60 * 60_000)
    form.answer("alcohol-drinks", ("yes",))
    form.type_time("alcohol-last-drink", "15:30")
    form.sign()
    assert "alcohol-last-drink" not in {one.link_id for one in form.problems}


def test_f8_goes_on_to_the_next_section_when_this_one_is_answered(qtbot, form):
    form.open_section(3)
    form.answer("allergies-asked", ("yes",))
    form.stand_at("allergies-asked", 0)
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.go_to_open(forward=True)
    assert caught.args == ["medicines-regular"]
    assert form.entry.section == 4
    form.stand_at("medicines-regular", 0)
    with qtbot.waitSignal(form.focus_wanted) as caught:
        form.go_to_open(forward=False)
    assert caught.args == ["medical-disability"]


def test_sections_step_forward_and_back_and_stop_at_the_ends(form):
    form.step(-1)
    assert form.entry.section == 0
    form.step(1)
    assert form.entry.section == 1
    form.open_section(12)
    form.step(1)
    assert form.entry.section == 12


def test_it_reopens_at_the_same_question_and_cursor(qtbot, workplace, form, open_form):
    form.open_section(DRUGS)
    form.type("drugs-own-words", "not rattling yet")
    form.stand_at("drugs-own-words", 16)
    form.draft.save_now()
    wait_idle(qtbot, workplace)
    again = open_form()
    assert again.section.link_id == "drugs"
    assert again.reopened_at == ("drugs-own-words", 16)
    assert again.entry.text("drugs-own-words") == "not rattling yet"


def test_changing_section_puts_the_draft_on_disk_at_once(qtbot, workplace, form):
    form.answer("consent-capacity", ("yes",))
    form.step(1)
    wait_idle(qtbot, workplace)
    (draft,) = my_drafts(workplace.desk)
    assert b"consent-capacity" in draft.body


def test_the_hand_written_screens_are_linked_and_counted(form, visited):
    form.open_observations()
    assert visited.last.tab is Tab.OBSERVATIONS
    form.put_away()
    assert visited.last.tab is Tab.SUMMARY
    form.tell_decisions(2, 1)
    assert (form.sections[12].state, form.sections[12].detail) == ("to-tell", "1 to tell")
    form.tell_decisions(2, 0)
    assert (form.sections[12].state, form.sections[12].detail) == ("done", "2 told")


def test_every_section_names_its_questions_in_somebody_s_words(form):
    for item in walk(form.form.items):
        assert "{" not in form.words(item.text)
