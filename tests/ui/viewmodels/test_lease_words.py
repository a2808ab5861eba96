from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.ui.viewmodels.lease_words import lease_notice
from sonar_desktop.usecases.sign_in import Admitted
from tests.ui.conftest import RHONA, START_MS, ZONE

UNTIL = START_MS + 3_600_000


def said(*, emergency: bool, at_ms: int, in_contact: bool = False):
    actor = msgspec.structs.replace(RHONA, emergency="event" if emergency else "")
    admitted = Admitted(actor=actor, until_ms=UNTIL)
    return lease_notice(admitted, at_ms, ZONE, in_contact=in_contact)


def test_nothing_is_said_while_the_lease_runs():
    assert said(emergency=False, at_ms=UNTIL - 1) is None


@pytest.mark.parametrize(
    ("emergency", "at_ms", "in_contact", "headline", "text"),
    [
        (True, UNTIL - 1, False, "Emergency access until 14-Nov-2026 15:32", "once the server"),
        (True, UNTIL - 1, True, "Emergency access until 14-Nov-2026 15:32", "can be reached: lock"),
        (True, UNTIL, False, "Emergency access ended on 14-Nov-2026 15:32", "another 12 hours"),
        (False, UNTIL, False, "Your sign-in on this PC ended on 14-Nov-2026 15:32", "is marked"),
    ],
)
def test_what_has_ended_and_what_to_do_is_said(emergency, at_ms, in_contact, headline, text):
    notice = said(emergency=emergency, at_ms=at_ms, in_contact=in_contact)
    assert notice.headline == headline
    assert text in notice.text


@pytest.mark.parametrize(
    ("at_ms", "in_contact", "headline", "text"),
    [
        (UNTIL - 1, False, "By sealed envelope until 14-Nov-2026 15:32", "Nobody has confirmed"),
        (UNTIL - 1, True, "By sealed envelope until 14-Nov-2026 15:32", "sign in by name"),
        (UNTIL, False, "Your hours by sealed envelope ended on 14-Nov-2026 15:32", "another 12"),
    ],
)
def test_whom_an_envelope_let_in_is_told_that_nobody_confirmed_them(
    at_ms, in_contact, headline, text
):
    actor = msgspec.structs.replace(RHONA, emergency="event", lease_id=None)
    admitted = Admitted(actor=actor, until_ms=UNTIL)
    notice = lease_notice(admitted, at_ms, ZONE, in_contact=in_contact)
    assert notice.headline == headline
    assert text in notice.text
