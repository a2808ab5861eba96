"""A kill at any write of an opened envelope leaves its line, and the envelope or a key for it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from sonar_desktop.usecases.come_in import by_envelope, by_key
from sonar_desktop.vault.errors import WrongCode
from tests.usecases.test_by_envelope import SAM, SAMS, codes, lines, visitors
from tests.usecases.test_enrol_device import desk

__all__ = ["codes", "desk"]


@pytest.mark.parametrize(("write", "is_good"), [(1, True), (2, False), (3, False)])
def test_no_envelope_is_gone_that_nobody_opened(desk, codes, write, is_good):
    for opened in desk.opened:
        opened.close()
    client = subprocess.run(
        [sys.executable, "-m", "tests.journeys.envelope_client", str(desk.folder), str(write)],
        input=f"{codes[0]}\n",
        text=True,
        timeout=60,
        check=False,
    )
    assert client.returncode == -signal.SIGKILL
    premises = desk.premises()
    if is_good:
        assert premises.keys.envelopes_left == 3
        came = by_envelope(premises, None, codes[0], SAM, SAMS)
        assert len(lines(came.opened)) == 2
        return
    with pytest.raises(WrongCode):
        by_envelope(premises, None, codes[0], SAM, SAMS)
    [user] = [known.member.user for known in premises.keys.known() if "Sam" in known.member.name]
    came = by_key(premises, None, user, lambda: premises.keys.unlock(user, SAMS))
    [line], [person] = lines(came.opened), visitors(came.opened)
    assert (line.user, person.id, came.admitted.actor.emergency) == (user, user, line.id)
