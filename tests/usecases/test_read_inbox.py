from __future__ import annotations

from sonar_desktop.usecases.ports import Unread
from sonar_desktop.usecases.read_inbox import read_inbox
from tests.usecases.clinic import admitted
from tests.usecases.fakes import make_desk


def test_a_pc_without_conflicts_has_an_empty_inbox_and_knows_who_is_signed_in():
    desk = make_desk()
    inbox = read_inbox(desk)
    assert (inbox.waiting, inbox.decided) == ((), ())
    assert desk.actor.user in inbox.names


def test_a_conflict_that_cannot_be_read_here_is_named_by_its_cell():
    desk = make_desk()
    found = admitted(desk)
    desk.store.state.unread.append(Unread(id="c1", patient=found.patient, episode=found.episode))
    desk.store.state.unread.append(Unread(id="c2", patient=None, episode=None))
    inbox = read_inbox(desk)
    assert (inbox.waiting, inbox.unreadable) == ((), ("", "M4"))
