"""A program that plays one scene with the real GNOME keyring and prints what came of it.

Run by test_real_keyring inside a D-Bus session of its own, as `python keyring_scene.py SCENE DIR`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import secretstorage
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.vault.recovery import open_sealed
from sonar_desktop.vault.secret_store import KeyringStore
from tests.vault.world import ORGANISATION, PRIYA, PRIYAS, Pc, secret_of

LIMIT_S = 5.0
SHORT_LIMIT_S = 0.3
SERVICE = "org.freedesktop.secrets"
SERVICE_CAME = MatchRule(
    type="signal",
    sender=message_bus.bus_name,
    member="NameOwnerChanged",
    path=message_bus.object_path,
)
SERVICE_CAME.add_arg_condition(0, SERVICE)


class GnomeKeyring:
    """The daemon of this session."""

    def __enter__(self):
        with open_dbus_connection() as connection, connection.filter(SERVICE_CAME) as came:
            told = Proxy(message_bus, connection, timeout=LIMIT_S)
            told.AddMatch(SERVICE_CAME)
            # Its own login keyring, made and unlocked with a password of the test.
            subprocess.run(
                ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
                input=b"login",
                stdout=subprocess.DEVNULL,
                check=True,
                timeout=20,
            )
            # It goes into the background before others can reach it.
            connection.recv_until_filtered(came, timeout=20)
            (self.pid,) = told.GetConnectionUnixProcessID(SERVICE)
        self.bus = secretstorage.dbus_init()
        return self

    def __exit__(self, *_):
        self.bus.close()
        os.kill(self.pid, signal.SIGKILL)

    def items(self):
        return list(secretstorage.get_default_collection(self.bus).get_all_items())

    def device_secret(self):
        (item,) = (item for item in self.items() if "device-secret" in item.get_label())
        return item


def unlocked(pc):
    """Return what a new start of the program says to Priya's password."""
    vault = pc.started()
    try:
        vault.unlock(PRIYA.user, PRIYAS)
    except KnownError as error:
        return {"error": type(error).__name__, "said": error.user_message}
    return {"dek": secret_of(vault).hex()}


def recovered(pc):
    """Return the store key by the organisation's key alone."""
    bag = pc.started()._keys.bag
    return bytes(open_sealed(bag.recovery, bytes(ORGANISATION)).exposed()).hex()


def play(scene, pc):
    if scene == "absent":
        try:
            pc.enrolled()
        except KnownError as error:
            return {
                "error": type(error).__name__,
                "files": sorted(entry.name for entry in pc.data.iterdir()),
            }
        return {}
    with GnomeKeyring() as gnome:
        vault = pc.enrolled()
        known = {"enrolled": secret_of(vault).hex(), "recovered": recovered(pc)}
        match scene:
            case "present":
                text = gnome.device_secret().get_secret().decode()
                own = Path("/proc/self")
                seen = (own / "cmdline").read_bytes() + (own / "environ").read_bytes()
                known["items"] = len(gnome.items())
                known["in arguments or environment"] = text.encode() in seen
            case "locked":
                secretstorage.get_default_collection(gnome.bus).lock()
            case "deleted":
                gnome.device_secret().delete()
            case "replaced":
                gnome.device_secret().set_secret(b"A" * 43 + b"=")
            case "silent":
                os.kill(gnome.pid, signal.SIGSTOP)
                pc.store = KeyringStore(SHORT_LIMIT_S)
                known["while silent"] = unlocked(pc)
                os.kill(gnome.pid, signal.SIGCONT)
                pc.store = KeyringStore(LIMIT_S)
            case "wiped":
                vault.orders.wipe_slots()
                known["items"] = len(gnome.items())
        return known | unlocked(pc)


if __name__ == "__main__":
    played = play(sys.argv[1], Pc(Path(sys.argv[2]), KeyringStore(LIMIT_S)))
    played["planted"] = "planted" in sys.modules
    print(json.dumps(played), flush=True)
