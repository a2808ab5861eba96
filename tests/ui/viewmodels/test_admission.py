"""A new referral: somebody new, somebody who was here before, somebody who is here."""

from __future__ import annotations

import pytest

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Gender, Patient
from sonar_core.records.referral import Referral, ReferralReason, Urgency
from sonar_desktop.ui.viewmodels.admission import AdmissionForm
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.ui.conftest import START_MS
from tests.ui.moved_away import move_away


@pytest.fixture
def form(workplace):
    made = AdmissionForm(workplace)
    made.open()
    yield made
    made.close()


def everything(workplace, kind):
    return workplace.desk.store.read(lambda reading: reading.all_of(kind))


def ask(form):
    form.put(requested_by="Sgt Marsh", custody_record_number="NF/3500", cell="M4")
    form.toggle_reason(ReferralReason.INTOXICATION, is_on=True)


def test_somebody_new_is_admitted_and_referred_in_one_action(qtbot, workplace, form):
    form.put(family="Hussain", given="Amir", gender=Gender.MALE, born="04/03/1989")
    form.put(nhs_number="999 041 7261", urgency=Urgency.URGENT)
    ask(form)
    form.type_time("requested", "-20m")
    with qtbot.waitSignal(form.signed):
        form.sign()
    person = everything(workplace, Patient)[0]
    assert (person.family, person.birth_date, person.nhs_number) == (
        "Hussain",
        "1989-03-04",
        "9990417261",
    )
    referral = everything(workplace, Referral)[0]
    assert referral.requested_at.utc_ms == START_MS - 20 * 60_000
    assert (referral.urgency, referral.reasons) == (
        Urgency.URGENT,
        (ReferralReason.INTOXICATION,),
    )
    assert my_drafts(workplace.desk) == []


def test_nobody_knows_the_name(qtbot, workplace, form):
    form.put(gender=Gender.FEMALE, age="25")
    ask(form)
    with qtbot.waitSignal(form.signed):
        form.sign()
    person = everything(workplace, Patient)[0]
    assert (person.family, person.stated_age, person.birth_date) == ("", 25, None)


def test_every_missing_answer_is_said_at_once(form):
    form.sign()
    assert set(form.flaws) == {"custody_record_number", "requested_by", "reasons", "gender"}


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"born": "32-Mar-1989"}, "birth_date"),
        ({"born": "04-Mar-2027"}, "birth_date"),
        ({"born": "04-Mar-1900"}, "birth_date"),
        ({"age": "121"}, "stated_age"),
        ({"age": "about 20"}, "stated_age"),
    ],
)
def test_bad_input_is_said_beside_its_field(form, fields, flaw):
    form.put(**fields)
    form.look_at(flaw)
    assert form.flaws[flaw].is_refused


def test_a_number_that_fails_is_asked_back_and_may_be_kept(qtbot, workplace, form):
    form.put(family="Hussain", gender=Gender.MALE, nhs_number="999 041 7262")
    ask(form)
    form.sign()
    assert set(form.flaws) == {"nhs_number"}
    assert not form.flaws["nhs_number"].is_refused
    form.keep("nhs_number")
    assert form.flaws == {}
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert everything(workplace, Patient)[0].nhs_number == "999 041 7262"


def test_a_kept_number_that_is_changed_is_asked_back_again(form):
    form.put(nhs_number="999 041 7262")
    form.look_at("nhs_number")
    form.keep("nhs_number")
    form.put(nhs_number="999 041 7263")
    form.look_at("nhs_number")
    assert "nhs_number" in form.flaws
    assert form.entry.kept == ()


def test_a_number_of_the_test_range_says_so(form):
    assert form.number_note("nhs_number") == ""
    form.put(nhs_number="9990417261")
    assert form.number_note("nhs_number") == (
        "999 041 7261, test range. Made up: not a real person's"
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [("999 041", "This one has 6."), ("99904172AB", "digits only"), ("9990417262", "check digit")],
)
def test_the_warning_says_what_is_odd(form, typed, said):
    form.put(nhs_number=typed)
    form.look_at("nhs_number")
    assert said in form.flaws["nhs_number"].text


def test_a_chi_number_of_another_birthday_is_asked_back(form):
    form.put(chi_number="190485 1231", born="19-Apr-1985")
    form.look_at("chi_number")
    assert form.flaws == {}
    assert form.number_note("chi_number") == "190485 1231"
    form.put(born="20-Apr-1985")
    form.look_at("chi_number")
    assert "another date" in form.flaws["chi_number"].text
    form.put(chi_number="991385 1231")
    form.look_at("chi_number")
    assert "date of birth" in form.flaws["chi_number"].text


def test_somebody_in_custody_is_only_referred_again(qtbot, workplace, form, seed):
    admitted = seed.admit("M4", "Barrow", "Connor")
    form.search("barrow")
    qtbot.waitUntil(lambda: bool(form.people))
    assert form.people[0].detail == "04-Mar-1989 · NF/3401 · in custody here, M4"
    form.choose(form.people[0])
    assert form.is_in_custody
    form.put(requested_by="Sgt Marsh", reasons=(ReferralReason.INJURY,))
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert len(everything(workplace, Patient)) == 1
    assert {one.episode for one in everything(workplace, Referral)} == {admitted.episode}
    assert len(everything(workplace, Referral)) == 2


def test_somebody_who_was_here_before_keeps_their_record(qtbot, workplace, form, seed):
    admitted = seed.admit("M4", "Barrow", "Connor")
    release_detainee(workplace.desk, admitted.episode, "Home")
    form.search("barrow")
    qtbot.waitUntil(lambda: bool(form.people))
    assert form.people[0].detail.endswith("was here before")
    form.choose(form.people[0])
    assert not form.is_in_custody
    ask(form)
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert [one.id for one in everything(workplace, Patient)] == [admitted.patient]
    assert len(everything(workplace, CustodyEpisode)) == 2


def test_going_back_to_somebody_new(qtbot, form, seed):
    seed.admit("M4", "Barrow", "Connor")
    form.search("barrow")
    qtbot.waitUntil(lambda: bool(form.people))
    form.choose(form.people[0])
    form.choose(None)
    assert form.entry.known is None
    assert form.people == ()


def test_a_time_ahead_is_asked_back(form):
    form.type_time("requested", "15:00")
    form.look_at("requested_at")
    form.keep("requested_at")
    assert form.flaws == {}
    form.look_at("requested_at")
    assert form.flaws == {}
    form.fix("requested_at")
    assert form.time("requested").flaw is None


def test_a_pc_whose_clock_is_behind_takes_true_times_and_dates(form, hand_clock):
    hand_clock.hear(hand_clock.now_ms() + 365 * 86_400_000)
    form.put(born="04-Mar-2027")
    form.type_time("requested", "13-Nov-2027 15:00")
    form.look_at("requested_at")
    form.look_at("birth_date")
    assert form.flaws == {}


def test_a_reason_is_taken_away_again(form):
    form.toggle_reason(ReferralReason.INJURY, is_on=True)
    form.toggle_reason(ReferralReason.INJURY, is_on=False)
    assert form.entry.reasons == ()


def test_somebody_who_was_moved_away_is_booked_in_anew(
    qtbot, workplace, form, seed, encrypted_store
):
    admitted = seed.admit("M4", "Barrow", "Connor")
    move_away(workplace.desk, encrypted_store, admitted.patient, admitted.episode)
    form.search("barrow")
    qtbot.waitUntil(lambda: bool(form.people))
    assert form.people[0].detail.endswith("was moved to Southfield")
    assert form.people[0].episode is None


def test_somebody_of_whom_no_stay_is_here_keeps_their_record_too(qtbot, workplace, form):
    desk = workplace.desk
    person = Patient(id=desk.ids.new(), family="Gonne", given="Maud", birth_date="1966-12-21")
    desk.store.write(desk.actor, "test", lambda writing: writing.record(person))
    form.search("gonne")
    qtbot.waitUntil(lambda: bool(form.people))
    assert form.people[0].detail == (
        "21-Dec-1966 · was here before; the record comes back to this PC once this is sent"
    )
    form.choose(form.people[0])
    assert not form.is_in_custody
    ask(form)
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert [one.id for one in everything(workplace, Patient)] == [person.id]
    assert [one.patient for one in everything(workplace, CustodyEpisode)] == [person.id]
