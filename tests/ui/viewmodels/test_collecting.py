from __future__ import annotations

import gc
import threading
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject

from sonar_desktop.ui.viewmodels.collecting import CollectHere


@pytest.fixture
def collecting(qapp):
    made = CollectHere(qapp)
    made._timer.stop()
    yield made
    made.deleteLater()


class Witness(QObject):
    """Notes on which thread it ends; held by a cycle."""

    ended: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        Witness.ended.append(threading.get_ident())


def make_rubbish() -> None:
    for _ in range(5000):
        cycle: list[object] = []
        cycle.append(cycle)


def test_a_store_thread_that_allocates_never_ends_a_qt_object(collecting):
    Witness.ended.clear()
    Witness()
    thread = threading.Thread(target=make_rubbish)
    thread.start()
    thread.join()
    assert Witness.ended == []
    while collecting.collect() is not None:
        pass
    gc.collect()
    assert Witness.ended == [threading.get_ident()]


def test_nothing_is_searched_while_little_has_gathered(collecting):
    gc.collect()
    assert collecting.collect() is None
    make_rubbish()
    assert collecting.collect() == 0


def test_what_the_program_is_made_of_is_not_looked_through_again(collecting):
    assert not gc.isenabled()
    assert gc.get_freeze_count() > len(gc.get_objects())
