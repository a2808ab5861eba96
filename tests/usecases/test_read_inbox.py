from __future__ import annotations

from sonar_desktop.usecases.read_inbox import read_inbox
from tests.usecases.fakes import make_desk


def test_a_pc_without_conflicts_has_an_empty_inbox_and_knows_who_is_signed_in():
    desk = make_desk()
    inbox = read_inbox(desk)
    assert (inbox.waiting, inbox.decided) == ((), ())
    assert desk.actor.user in inbox.names
