"""Wait until the store's threads have done all they were given, without ever sleeping."""

from __future__ import annotations


def wait_idle(qtbot, workplace) -> None:
    """Return when everything handed over so far, and what its answers handed over, is done."""
    for _round in range(3):
        done = []
        workplace.background.look(lambda: None, done.append)
        workplace.background.act(lambda: None, done.append)
        qtbot.waitUntil(lambda done=done: len(done) == 2)
