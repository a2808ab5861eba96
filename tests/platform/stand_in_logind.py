"""Stands in for systemd-logind on a bus of its own: what of its interface this program uses.

Run as `python stand_in_logind.py ADDRESS`; told on its standard input, says on its output what was
asked of it. A question whose arguments are not of the documented types is refused, as logind does.
"""

from __future__ import annotations

import os
import select
import sys

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

SERVICE = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
OWN = f"{PATH}/session/_31"
MANAGER = DBusAddress(PATH, interface=f"{SERVICE}.Manager")
SESSION = DBusAddress(OWN, interface=f"{SERVICE}.Session")
PROPERTIES = DBusAddress(OWN, interface="org.freedesktop.DBus.Properties")
TYPES = {"GetSession": "s", "Inhibit": "ssss", "Get": "ss"}


class Logind:
    def __init__(self, address: str) -> None:
        self.bus = open_dbus_connection(bus=address, enable_fds=True)
        Proxy(message_bus, self.bus).RequestName(SERVICE)
        self.held: list[int] = []
        self.properties = {"Id": ("s", "1"), "LockedHint": ("b", False), "Active": ("b", True)}

    def serve(self) -> None:
        say("ready")
        while True:
            ready, _, _ = select.select([self.bus.sock, sys.stdin, *self.held], [], [])
            for pipe in [one for one in self.held if one in ready]:
                self.held.remove(pipe)
                os.close(pipe)
                say("let_go")
            if sys.stdin in ready:
                # Past the buffer of sys.stdin, which select does not see into.
                told = os.read(sys.stdin.fileno(), 4096).decode()
                if not told:
                    return
                for line in told.splitlines():
                    self.tell(*line.split())
            if self.bus.sock in ready:
                self.answer(self.bus.receive())

    def tell(self, what: str, value: str = "") -> None:
        if what == "lock":
            self.bus.send(new_signal(SESSION, "Lock"))
        elif what == "sleep":
            self.bus.send(new_signal(MANAGER, "PrepareForSleep", "b", (value == "yes",)))
        else:
            self.properties[what] = ("b", value == "yes")
            body = (SESSION.interface, {what: self.properties[what]}, [])
            self.bus.send(new_signal(PROPERTIES, "PropertiesChanged", "sa{sv}as", body))

    def answer(self, asked) -> None:
        fields = asked.header.fields
        if asked.header.message_type is not MessageType.method_call:
            return
        name, body = fields[HeaderFields.member], asked.body
        if TYPES.get(name) != fields.get(HeaderFields.signature):
            self.bus.send(new_error(asked, "org.freedesktop.DBus.Error.InvalidArgs"))
        elif name == "Get":
            self.bus.send(new_method_return(asked, "v", (self.properties[body[1]],)))
        elif name == "GetSession" and body == ("1",):
            self.bus.send(new_method_return(asked, "o", (OWN,)))
        elif name == "Inhibit" and (body[0], body[3]) == ("sleep", "delay"):
            mine, theirs = os.pipe()
            self.held.append(mine)
            self.bus.send(new_method_return(asked, "h", (theirs,)))
            os.close(theirs)
            say("held")
        else:
            self.bus.send(new_error(asked, "org.freedesktop.login1.NoSuchSession"))


def say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    Logind(sys.argv[1]).serve()
