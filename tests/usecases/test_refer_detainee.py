from __future__ import annotations

from sonar_core.records.referral import Referral, ReferralReason, Urgency
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.refer_detainee import Referring, refer_detainee
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import clock_of, make_desk, shown


def referring(desk, episode, **other):
    given = {
        "episode": episode,
        "requested_at": clock_of(desk).moment(5),
        "requested_by": " Sgt Marsh ",
        "reasons": (ReferralReason.ILLNESS,),
        "urgency": Urgency.URGENT,
    }
    return Referring(**(given | other))


def test_a_second_referral_has_its_own_clock_and_reasons():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(desk, record="d1", form="referral", episode=found.episode, body=b"", place="")
    second, _ = refer_detainee(desk, referring(desk, found.episode, draft="d1"))
    record = shown(desk, Referral, second)
    assert second != found.referral
    assert (record.patient, record.requested_by) == (found.patient, "Sgt Marsh")
    assert record.urgency is Urgency.URGENT
    assert my_drafts(desk) == []


def test_a_referral_taken_by_telephone_needs_no_draft():
    desk = make_desk()
    found = admitted(desk)
    third, _ = refer_detainee(desk, referring(desk, found.episode, target_minutes=30))
    assert shown(desk, Referral, third).target_minutes == 30


def test_a_referral_without_a_reason_is_refused():
    desk = make_desk()
    found = admitted(desk)
    wrong = referring(desk, found.episode, reasons=())
    assert problems_of(lambda: refer_detainee(desk, wrong)) == {"reasons": "Choose a reason."}
