from __future__ import annotations

from sonar_core.records.referral import Referral
from sonar_desktop.usecases.close_referral import close_referral
from sonar_desktop.usecases.see_detainee import see_detainee
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import clock_of, make_desk, shown


def test_a_referral_that_was_dealt_with_is_closed():
    desk = make_desk()
    found = admitted(desk)
    see_detainee(desk, found.referral)
    close_referral(desk, found.referral)
    assert shown(desk, Referral, found.referral).closed_at == clock_of(desk).moment()


def test_nobody_closes_an_unseen_referral_without_saying_why():
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: close_referral(desk, found.referral))
    assert said == {"cancel_reason": "Enter why nobody needs to see them."}
    close_referral(desk, found.referral, "Taken to hospital before we came")
    assert shown(desk, Referral, found.referral).cancel_reason.startswith("Taken to hospital")
