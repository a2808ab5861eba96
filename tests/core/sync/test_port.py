from __future__ import annotations

import inspect

import pytest

from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.link import ServerLink
from sonar_server.service import DeviceService

CALLS = (
    "hello",
    "push",
    "pull",
    "snapshot_start",
    "snapshot",
    "reconcile",
    "bucket_sums",
    "bucket_rows",
    "report",
    "begin_anew",
)


def test_the_port_is_the_ten_calls_of_the_protocol():
    declared = [name for name, _ in inspect.getmembers(SyncPort, inspect.isfunction)]
    assert {name for name in declared if not name.startswith("_")} == set(CALLS)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("side", [ServerLink, DeviceService])
def test_both_sides_take_and_give_what_the_port_declares(side, call):
    promised = inspect.signature(getattr(SyncPort, call), eval_str=False)
    kept = inspect.signature(getattr(side, call), eval_str=False)
    promised_types = [parameter.annotation for parameter in promised.parameters.values()]
    kept_types = [parameter.annotation for parameter in kept.parameters.values()]
    assert kept_types == promised_types
    assert kept.return_annotation == promised.return_annotation
