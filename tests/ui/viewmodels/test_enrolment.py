from __future__ import annotations

from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel, Step
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.usecases.sign_in import kept_lease, setting
from sonar_desktop.vault.recovery import fingerprint
from tests.ui.conftest import DEVICE, RHONA
from tests.ui.front_desk import CODE, PASSWORDS, SERVER
from tests.vault.world import ORGANISATION_PUBLIC


def asked(qtbot, session) -> EnrolmentModel:
    model = EnrolmentModel(session)
    model.ask(SERVER, CODE, "NF-MED-01")
    qtbot.waitUntil(lambda: model.step is Step.COMPARE)
    return model


def test_a_new_pc_begins_with_enrolment(sessions):
    assert sessions().stage is Stage.ENROLMENT


def test_what_is_missing_is_said_beside_its_field_and_nobody_is_asked(sessions):
    model = EnrolmentModel(sessions())
    model.ask(SERVER, "", " ")
    assert model.problems == {
        "code": "Enter the enrolment code.",
        "pc_name": "Enter a name for this PC.",
    }
    assert not model.is_busy


def test_a_wrong_code_is_said_and_the_address_stays(qtbot, sessions):
    model = EnrolmentModel(sessions())
    model.ask(SERVER, "WRONG", "NF-MED-01")
    qtbot.waitUntil(lambda: bool(model.trouble))
    assert model.trouble.startswith("This code is not valid")
    assert (model.step, model.server) == (Step.ASK, SERVER)


def test_the_recovery_key_is_compared_before_anything_is_made(qtbot, sessions, front_desk):
    model = asked(qtbot, sessions())
    shown = model.recovery_fingerprint.replace(" ", "")
    assert fingerprint(ORGANISATION_PUBLIC).startswith(shown)
    assert len(shown) == 32
    assert list((front_desk.folder / "data").iterdir()) == []


def test_another_organisation_s_key_leaves_the_pc_as_it_was(qtbot, sessions, front_desk):
    model = asked(qtbot, sessions())
    model.disagree()
    assert model.step is Step.ASK
    assert list((front_desk.folder / "data").iterdir()) == []


def test_the_first_sign_in_finishes_the_enrolment(qtbot, sessions):
    session = sessions()
    model = asked(qtbot, session)
    model.agree()
    qtbot.waitUntil(lambda: model.step is Step.SIGN_IN)
    assert not session.premises.keys.is_enrolled
    model.sign_in("rokafor", PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert session.premises.keys.is_enrolled
    assert session.open.pc.device == DEVICE
    opened = session.open.opened
    assert setting(opened, "pc_name") == "NF-MED-01"
    assert kept_lease(opened, RHONA.user).username == "rokafor"
    assert session.workplace.desk.actor == RHONA


def test_a_wrong_password_at_the_first_sign_in_can_be_typed_again(qtbot, sessions):
    session = sessions()
    model = asked(qtbot, session)
    model.agree()
    qtbot.waitUntil(lambda: model.step is Step.SIGN_IN)
    model.sign_in("rokafor", "not the one")
    qtbot.waitUntil(lambda: bool(model.trouble))
    assert model.trouble == "The name or the password is not right. Check both and try again."
    assert session.stage is Stage.ENROLMENT
    model.close()


def test_an_enrolment_nobody_finished_is_begun_anew(qtbot, sessions, front_desk):
    first = sessions()
    model = asked(qtbot, first)
    model.agree()
    qtbot.waitUntil(lambda: model.step is Step.SIGN_IN)
    model.close()
    first.close()
    second = sessions()
    assert second.stage is Stage.ENROLMENT
    again = asked(qtbot, second)
    again.agree()
    qtbot.waitUntil(lambda: not again.is_busy)
    assert (again.step, again.trouble) == (Step.SIGN_IN, "")
    assert (front_desk.folder / "data" / "client.unfinished-1.db").exists()
    again.close()
