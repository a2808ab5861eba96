from __future__ import annotations

from sonar_core.records.referral import Referral
from sonar_desktop.usecases.accept_referral import accept_referral
from sonar_desktop.usecases.see_detainee import see_detainee
from tests.usecases.clinic import admitted
from tests.usecases.fakes import NURSE, clock_of, make_desk, shown


def test_the_first_contact_stops_the_clock_and_accepts_what_nobody_had_accepted():
    desk = make_desk()
    found = admitted(desk)
    seen_at = clock_of(desk).moment(3)
    see_detainee(desk, found.referral, seen_at)
    record = shown(desk, Referral, found.referral)
    assert (record.seen_at, record.seen_by) == (seen_at, NURSE.user)
    assert record.accepted_at == seen_at


def test_who_accepted_before_stays_who_accepted():
    desk = make_desk()
    found = admitted(desk)
    accepted_at = clock_of(desk).moment(10)
    accept_referral(desk, found.referral, accepted_at)
    see_detainee(desk, found.referral)
    assert shown(desk, Referral, found.referral).accepted_at == accepted_at
