"""What each role is offered: what it cannot do is absent, and a key for it does nothing."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt

from sonar_core.roles import Duty
from sonar_desktop.ui.screens.board import BoardScreen
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.referrals import ReferralsScreen
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.ui.widgets.button import Button
from tests.ui.conftest import RHONA
from tests.ui.screens.opened_record import opened, press, settle, texts

pytestmark = pytest.mark.usefixtures("light")

ACTING = {
    "Record": Duty.OBSERVE,
    "Decide": Duty.DECIDE_FITNESS,
    "Set level and instructions": Duty.SET_CARE_LEVEL,
    "Copy text for custody record": Duty.DISCLOSE,
    "Add task": Duty.DO_TASK,
    "Write note": Duty.WRITE_NOTE,
    "Record allergy": Duty.KEEP_ALLERGIES,
    "They say: none known": Duty.KEEP_ALLERGIES,
    "Record marker": Duty.KEEP_MARKERS,
    "Move cell": Duty.RUN_STAY,
    "Release or transfer": Duty.RUN_STAY,
    "Order a medicine": Duty.ORDER_MEDICINE,
    "Sign observations": Duty.OBSERVE,
}
ROLES = {
    "nurse": set(ACTING),
    "pharmacy_technician": {
        "Add task",
        "Write note",
        "Record allergy",
        "They say: none known",
    },
    "manager": {"Copy text for custody record"},
    "auditor": set(),
}


def as_role(sit_down, role):
    return sit_down(msgspec.structs.replace(RHONA, role=role))


@pytest.mark.parametrize("role", list(ROLES))
def test_a_record_offers_what_the_role_can_do_and_nothing_else(qtbot, sit_down, seed, role):
    episode = seed.admit().episode
    mine = as_role(sit_down, role)
    screen = opened(qtbot, mine, episode)
    found: list[str] = []
    for tab in (Tab.SUMMARY, Tab.OBSERVATIONS, Tab.MEDICINES, Tab.PLAN):
        screen.record.open_tab(tab)
        settle(qtbot, mine)
        found += texts(screen.record.tabs[tab]).splitlines()
    assert {words for words in ACTING if words in found} == ROLES[role]
    screen.let_go()


def test_the_assessment_is_a_tab_of_those_who_sign_one(qtbot, sit_down, seed):
    episode = seed.admit().episode
    for role, is_there in (("doctor", True), ("pharmacist", False)):
        screen = opened(qtbot, as_role(sit_down, role), episode)
        assert (Tab.ASSESSMENT in screen.record._offered) is is_there
        screen.record.open_tab(Tab.ASSESSMENT)
        assert (Tab.ASSESSMENT in screen.record.tabs) is is_there
        screen.let_go()


def test_a_key_opens_no_form_that_the_role_could_not_sign(qtbot, sit_down, seed):
    episode = seed.admit().episode
    for role, is_open in (("nurse", True), ("auditor", False)):
        mine = as_role(sit_down, role)
        screen = opened(qtbot, mine, episode, tab=Tab.PLAN)
        plan = screen.record.tabs[Tab.PLAN]
        plan.setFocus()
        press(plan, Qt.Key.Key_A)
        assert plan.tasks.form.isVisible() is is_open
        screen.let_go()


def test_observations_say_at_once_why_they_cannot_be_signed(qtbot, sit_down, seed):
    screen = opened(qtbot, as_role(sit_down, "auditor"), seed.admit().episode, tab=Tab.OBSERVATIONS)
    said = texts(screen.record.tabs[Tab.OBSERVATIONS])
    assert "Your role cannot do this. A nurse, paramedic, doctor or pharmacist can." in said
    screen.let_go()


@pytest.mark.parametrize("kind", [BoardScreen, ReferralsScreen])
def test_who_only_reads_is_offered_no_referral(qtbot, sit_down, kind):
    for role, is_offered in (("paramedic", True), ("auditor", False)):
        mine = as_role(sit_down, role)
        screen = kind(mine)
        qtbot.addWidget(screen)
        screen.show()
        settle(qtbot, mine)
        assert ("New referral" in texts(screen)) is is_offered
        screen.let_go()


def test_a_button_withheld_stays_away_whoever_shows_it(qtbot, sit_down):
    button = Button("Write note")
    qtbot.addWidget(button)
    offer(as_role(sit_down, "nurse"), Duty.WRITE_NOTE, button)
    button.show()
    assert button.isVisible()
    offer(as_role(sit_down, "auditor"), Duty.WRITE_NOTE, button)
    button.show()
    assert not button.isVisible()
