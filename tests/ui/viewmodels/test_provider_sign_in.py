"""The way through the organisation's page: from the button to a key on this PC, and every end."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from sonar_desktop.platform.errors import SignInGivenUp, SignInTooLate
from sonar_desktop.sync.errors import NotConfirmedError, OfflineError
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.provider_sign_in import ProviderStep
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.usecases.sign_in import kept_lease
from sonar_desktop.usecases.sign_in_by_provider import OtherPersonError
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import CODE, SERVER
from tests.ui.viewmodels.test_sign_in import settled
from tests.usecases.test_sign_in_by_provider import LOCAL, SHEET

DAY = 24 * 60


@pytest.fixture
def page(qtbot, enrolled, front_desk):
    """The sign-in page of a PC whose server has a provider, at "Someone else"."""
    front_desk.server.provider = SHEET
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose_someone_else()
    qtbot.waitUntil(lambda: enrolled.provider.name == "Health board")
    return model


def at(qtbot, session, step) -> None:
    qtbot.waitUntil(lambda: session.provider.step is step)


def to_the_browser(qtbot, page) -> None:
    page.begin_provider()
    at(qtbot, page.session, ProviderStep.BROWSER)


def come_in(qtbot, page, front_desk) -> None:
    to_the_browser(qtbot, page)
    front_desk.browser.bring("lmarek")
    at(qtbot, page.session, ProviderStep.PASSWORD)
    page.session.provider.choose_password(LOCAL, LOCAL)
    qtbot.waitUntil(lambda: page.session.stage is not Stage.SIGN_IN)


def test_somebody_new_signs_in_there_and_chooses_a_password_for_this_pc(qtbot, page, front_desk):
    session = page.session
    to_the_browser(qtbot, page)
    [address] = front_desk.browser.opened
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:50123/signed-in"]
    assert (session.stage, page.is_busy) == (Stage.SIGN_IN, True)
    front_desk.browser.bring("lmarek")
    at(qtbot, session, ProviderStep.PASSWORD)
    assert session.provider.person == LENA.name
    session.provider.choose_password(LOCAL, LOCAL)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert session.workplace.desk.actor == LENA
    assert session.provider.step is ProviderStep.IDLE
    assert kept_lease(session.open.opened, LENA.user).is_by_provider
    assert LOCAL not in front_desk.server.typed
    assert front_desk.browser.closed, "the port is let go of"


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [
        ("", "", "Choose a password for this PC."),
        (LOCAL, "something else", "The two passwords are not alike. Type both again."),
        ("password1234", "password1234", ""),
    ],
)
def test_a_password_that_will_not_do_is_said_and_the_sign_in_stays(
    qtbot, page, front_desk, password, again, problem
):
    session = page.session
    to_the_browser(qtbot, page)
    front_desk.browser.bring("lmarek")
    at(qtbot, session, ProviderStep.PASSWORD)
    session.provider.choose_password(password, again)
    qtbot.waitUntil(lambda: bool(session.provider.problem))
    assert session.provider.step is ProviderStep.PASSWORD
    assert session.provider.problem.startswith(problem)
    session.provider.choose_password(LOCAL, LOCAL)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)


@pytest.mark.parametrize("error", [SignInGivenUp(), SignInTooLate()])
def test_what_the_browser_comes_to_is_said(qtbot, page, front_desk, error):
    to_the_browser(qtbot, page)
    front_desk.browser.bring(error)
    settled(qtbot, page)
    assert page.problem == error.user_message
    assert not page.session.provider.is_under_way


def test_a_code_that_the_server_refuses_is_said(qtbot, page, front_desk):
    to_the_browser(qtbot, page)
    front_desk.browser.bring("used already")
    settled(qtbot, page)
    assert page.problem == NotConfirmedError().user_message


def test_a_browser_that_does_not_open_is_said(qtbot, page, front_desk):
    front_desk.browser.shows = False
    page.begin_provider()
    settled(qtbot, page)
    assert page.problem.startswith("The browser could not be opened")


def test_a_server_that_is_away_is_said(qtbot, page, front_desk):
    front_desk.server.is_cut = True
    page.begin_provider()
    settled(qtbot, page)
    assert page.problem == OfflineError().user_message


def test_a_server_that_has_no_provider_any_more_is_said(qtbot, page, front_desk):
    front_desk.server.provider = None
    page.begin_provider()
    settled(qtbot, page)
    assert page.problem.startswith("The server has no sign-in page")


def test_without_a_provider_there_is_no_button(qtbot, enrolled, front_desk):
    enrolled.switch_person()
    model = SignInModel(enrolled)
    with qtbot.waitSignal(enrolled.provider.changed):
        model.choose_someone_else()
    settled(qtbot, model)
    assert not enrolled.provider.name


def test_who_cancels_or_chooses_a_name_is_back_and_what_comes_later_is_dropped(
    qtbot, page, front_desk
):
    to_the_browser(qtbot, page)
    page.session.provider.cancel()
    assert (page.is_busy, page.problem) == (False, "")
    to_the_browser(qtbot, page)
    page.choose(RHONA.user)
    assert not page.session.provider.is_under_way
    front_desk.browser.bring("lmarek")
    page.enter_pin("284915")
    qtbot.waitUntil(lambda: page.session.stage is Stage.WORKING)
    assert page.session.workplace.desk.actor == RHONA


def test_an_answer_that_comes_after_it_was_cancelled_opens_no_browser(qtbot, page, front_desk):
    page.begin_provider()
    page.session.provider.cancel()
    to_the_browser(qtbot, page)
    front_desk.browser.bring("lmarek")
    at(qtbot, page.session, ProviderStep.PASSWORD)
    assert len(front_desk.browser.opened) == 1


def test_once_the_key_is_made_it_is_too_late_to_leave(qtbot, page, front_desk):
    session = page.session
    to_the_browser(qtbot, page)
    front_desk.browser.bring("lmarek")
    at(qtbot, session, ProviderStep.PASSWORD)
    session.provider.choose_password(LOCAL, LOCAL)
    assert session.provider.step is ProviderStep.KEEPING
    session.provider.cancel()
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert session.workplace.desk.actor == LENA


def test_the_program_ends_while_somebody_is_at_the_browser(qtbot, page):
    to_the_browser(qtbot, page)
    page.session.close()
    assert page.session.background.is_closed


@pytest.fixture
def ended(qtbot, page, sessions, front_desk, hand_clock):
    """Lena came by the provider; the program is started again when her lease has ended."""
    come_in(qtbot, page, front_desk)
    page.session.close()
    hand_clock.let_pass(minutes=8 * DAY)
    model = SignInModel(sessions())
    model.choose(LENA.user)
    return model


def test_an_ended_lease_is_renewed_in_the_browser_after_the_password_of_this_pc(
    qtbot, ended, front_desk
):
    before = list(front_desk.server.typed)
    ended.enter_password(LOCAL)
    at(qtbot, ended.session, ProviderStep.BROWSER)
    assert ended.session.open is None, "nothing is shown while she is away"
    front_desk.browser.bring("lmarek")
    qtbot.waitUntil(lambda: ended.session.stage is Stage.SET_PIN)
    assert ended.session.workplace.desk.actor == LENA
    assert front_desk.server.typed == before


@pytest.mark.parametrize(
    ("brought", "said"),
    [("rokafor", OtherPersonError().user_message), (SignInGivenUp(), "You were not signed in")],
)
def test_who_does_not_come_back_leaves_no_key_behind(qtbot, ended, front_desk, brought, said):
    ended.enter_password(LOCAL)
    at(qtbot, ended.session, ProviderStep.BROWSER)
    front_desk.browser.bring(brought)
    settled(qtbot, ended)
    assert ended.problem.startswith(said)
    assert not ended.session.premises.keys.is_unlocked
    assert ended.session.open is None


def test_offline_they_are_offered_emergency_access(qtbot, ended, front_desk):
    front_desk.server.is_cut = True
    ended.enter_password(LOCAL)
    settled(qtbot, ended)
    assert ended.offers_emergency


def test_the_first_person_of_a_new_pc_may_come_by_the_provider(qtbot, sessions, front_desk):
    front_desk.server.provider = SHEET
    session = sessions()
    model = EnrolmentModel(session)
    model.begin_provider()
    assert not session.provider.is_under_way
    model.ask(SERVER, CODE, "NF-MED-01")
    qtbot.waitUntil(lambda: model.step == "compare")
    model.agree()
    qtbot.waitUntil(lambda: model.step == "sign_in")
    qtbot.waitUntil(lambda: session.provider.name == "Health board")
    model.begin_provider()
    at(qtbot, session, ProviderStep.BROWSER)
    front_desk.browser.bring(SignInGivenUp())
    qtbot.waitUntil(lambda: model.trouble.startswith("You were not signed in"))
    model.begin_provider()
    at(qtbot, session, ProviderStep.BROWSER)
    front_desk.browser.bring("lmarek")
    at(qtbot, session, ProviderStep.PASSWORD)
    session.provider.choose_password(LOCAL, LOCAL)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert session.open.name == "NF-MED-01"
    assert front_desk.server.typed == []
