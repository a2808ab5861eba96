from __future__ import annotations

from sonar_core.records.referral import Referral
from sonar_desktop.usecases.accept_referral import accept_referral
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import NURSE, clock_of, make_desk, shown, store_of


def test_accepting_records_who_took_it_on_and_when():
    desk = make_desk()
    found = admitted(desk)
    accept_referral(desk, found.referral)
    record = shown(desk, Referral, found.referral)
    assert (record.accepted_by, record.accepted_at) == (NURSE.user, clock_of(desk).moment())
    assert record.seen_at is None
    assert store_of(desk).intents == ["admit_detainee", "accept_referral"]


def test_nobody_accepts_before_they_were_asked():
    desk = make_desk()
    found = admitted(desk)
    early = clock_of(desk).moment(60)
    said = problems_of(lambda: accept_referral(desk, found.referral, early))
    assert said == {"accepted_at": "This is before the referral was asked for."}


def test_nobody_accepts_tomorrow():
    desk = make_desk()
    found = admitted(desk)
    late = clock_of(desk).in_minutes(24 * 60)
    said = problems_of(lambda: accept_referral(desk, found.referral, late))
    assert "is in the future" in said["accepted_at"]
