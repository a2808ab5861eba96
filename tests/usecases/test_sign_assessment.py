from __future__ import annotations

from sonar_core.forms.loader import load_form
from sonar_core.records.assessment import Assessment
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.sign_assessment import Assessing, sign_assessment
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import all_shown, make_desk, shown, signing

FORM = load_form(
    {
        "resourceType": "Questionnaire",
        "url": "https://sonar.example/q/short",
        "version": "0.1",
        "status": "draft",
        "title": "Short",
        "publisher": "SONAR",
        "date": "2026-11-01",
        "experimental": True,
        "item": [
            {"linkId": "hit-head", "text": "Did you hit your head?", "type": "boolean"},
            {"linkId": "consent", "text": "Consent", "type": "boolean", "required": True},
        ],
    }
)


def test_what_nobody_answered_is_stored_as_not_asked():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(desk, record="a1", form="assessment", episode=found.episode, body=b"", place="")
    one = Assessing(
        signing=signing(desk, found.episode, draft="a1"), form=FORM, answers={"consent": (True,)}
    )
    record, _ = sign_assessment(desk, one)
    assert record.id != "a1"
    assert shown(desk, Assessment, record.id) == record
    assert (record.questionnaire, record.questionnaire_version) == (FORM.url, "0.1")
    assert record.answers == {"consent": (True,)}
    assert (record.answered, record.relevant) == (1, 2)
    assert my_drafts(desk) == []


def test_only_what_is_required_holds_up_the_signature():
    desk = make_desk()
    found = admitted(desk)
    one = Assessing(signing=signing(desk, found.episode), form=FORM, answers={"hit-head": (True,)})
    said = problems_of(lambda: sign_assessment(desk, one))
    assert list(said) == ["consent"]
    assert all_shown(desk, Assessment) == []
