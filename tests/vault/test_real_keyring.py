"""The device secret in a real GNOME keyring, each scene in a D-Bus session of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's")

ROOT = Path(__file__).parents[2]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")

# No folder of services: what is not started by the scene does not exist, prompts included.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

PLANTED = """
from keyring.backend import KeyringBackend
from pathlib import Path
Path(__file__).with_name("was-asked").touch()
class Plain(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        Path(__file__).with_name("was-asked").write_text(password)
"""


@pytest.fixture
def play(tmp_path_factory):
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.fail(f"{missing} not found: apt-get install gnome-keyring dbus-daemon")
    # Unix socket paths are short; pytest's own folders may not be.
    home = tmp_path_factory.mktemp("k")
    for name in ("data", "config", "cache", "run", "bus", "pc", "planted"):
        (home / name).mkdir(mode=0o700)
    (home / "bus.conf").write_text(BUS.format(folder=home / "bus"))
    (home / "planted" / "planted.py").write_text(PLANTED)

    def run(scene, *, bus=True, **more):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "PYTHONPATH": f"{ROOT}:{home / 'planted'}",
            **more,
        }
        session = ["dbus-run-session", f"--config-file={home / 'bus.conf'}", "--"] if bus else []
        scenery = [sys.executable, "-m", "tests.vault.keyring_scene", scene, str(home / "pc")]
        # A session of processes of its own, so that nothing of it outlives the limit.
        with subprocess.Popen(
            [*session, *scenery],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        ) as running:
            try:
                out, err = running.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, 9)
                raise
        assert running.returncode == 0, err
        played = json.loads(out)
        played["planted was asked"] = (home / "planted" / "was-asked").exists()
        return played

    return run


def test_the_device_secret_is_kept_by_the_keyring_and_opens_the_records(play):
    played = play("present")
    assert played["dek"] == played["enrolled"] == played["recovered"]
    assert played["items"] == 2
    assert played["in arguments or environment"] is False


def test_without_a_keyring_enrolment_is_refused_and_leaves_nothing(play):
    played = play("absent")
    assert played["error"] == "NoKeyring"
    assert played["files"] == []


def test_without_a_session_bus_enrolment_is_refused(play):
    played = play("absent", bus=False, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    assert played["error"] == "NoKeyring"


def test_a_locked_keyring_says_so(play):
    played = play("locked")
    assert played["error"] == "KeyringLocked"
    assert "keyring is locked" in played["said"]
    assert played["recovered"] == played["enrolled"]


def test_a_keyring_that_does_not_answer_is_left_in_time_and_works_again_later(play):
    played = play("silent")
    assert played["while silent"]["error"] == "KeyringNotAnswering"
    assert played["dek"] == played["enrolled"]


def test_a_deleted_secret_loses_no_record_because_the_organisation_can_open_them(play):
    played = play("deleted")
    assert played["error"] == "SecretMissing"
    assert played["recovered"] == played["enrolled"]


def test_a_replaced_secret_is_told_from_a_wrong_password(play):
    played = play("replaced")
    assert played["error"] == "SecretReplaced"
    assert played["recovered"] == played["enrolled"]


def test_a_wiped_pc_keeps_no_device_secret_and_stays_recoverable(play):
    played = play("wiped")
    assert played["error"] == "PcRemoved"
    assert played["items"] == 1
    assert played["recovered"] == played["enrolled"]


def test_a_planted_file_backend_is_never_asked(play):
    planted = {"PYTHON_KEYRING_BACKEND": "planted.Plain"}
    played = play("present", **planted)
    assert played["dek"] == played["enrolled"]
    assert played["planted"] is False
    assert played["planted was asked"] is False


def test_a_planted_file_backend_does_not_stand_in_for_a_missing_keyring(play):
    played = play("absent", PYTHON_KEYRING_BACKEND="planted.Plain")
    assert played["error"] == "NoKeyring"
    assert played["planted was asked"] is False
