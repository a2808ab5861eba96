"""Fetching ahead gives way to whoever stores, draws or types."""

from __future__ import annotations

import os
import sys
from threading import get_native_id

import pytest

from sonar_desktop.sync import giving_way
from sonar_desktop.sync.ahead import each_ahead

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness here")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, get_native_id())


def test_what_is_fetched_ahead_gives_way_and_nothing_else_does():
    before = priority()

    def source():
        yield priority()

    assert list(each_ahead(source())) == [before + 10]
    assert priority() == before


def test_where_the_system_does_not_allow_it_the_fetching_goes_on(monkeypatch):
    def refuse(*_arguments):
        raise PermissionError

    monkeypatch.setattr(giving_way.os, "setpriority", refuse)
    assert list(each_ahead(iter([1]))) == [1]
