from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sonar_desktop.platform import hardening

# A neighbour is a child with memory of its own and the same account; `maps` is what the system
# shows to the same account by default, `mem` what some systems keep from it anyway.
SCENE = """
import ctypes, json, os, resource
from dataclasses import asdict
from sonar_desktop.platform.hardening import harden

NOBODY = 65534
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    # Leaving root closes the memory by itself: open it, as it is in a program a person starts.
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)

def neighbour_reads(file):
    ours = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            open(f"/proc/{ours}/{file}", "rb").close()
        except PermissionError:
            os._exit(13)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

seen = {"before": neighbour_reads("maps")}
seen["done"] = asdict(harden())
seen["after"] = neighbour_reads("maps")
seen["memory after"] = neighbour_reads("mem")
seen["core"] = resource.getrlimit(resource.RLIMIT_CORE)
print(json.dumps(seen))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_another_program_of_the_same_account_cannot_read_our_memory():
    ran = subprocess.run(
        [sys.executable, "-c", SCENE],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "before": True,
        "done": {"memory_closed": True, "core_dumps_off": True},
        "after": False,
        "memory after": False,
        "core": [0, 0],
    }


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_a_system_without_the_call_says_that_it_did_not_take_effect(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    assert hardening._close_memory() is False


def test_windows_has_no_core_dumps_to_turn_off(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert hardening._turn_core_dumps_off() is False


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_core_dumps_that_cannot_be_turned_off_are_told(monkeypatch):
    import resource  # noqa: PLC0415 - POSIX only

    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert hardening._turn_core_dumps_off() is False
