"""A PC that obeys a wipe order until it is killed after a step.

Run as `python -m tests.journeys.wiping_client FOLDER ADDRESS STEP`; the password comes on standard
input. `STEP` is one of STEPS, after which the process kills itself, or `none`. Without keys it goes
on with what had begun, and prints `done` or `not done`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases import obey_wipe
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import open_pc
from tests.ui.front_desk import FrontDesk

STEPS = ("order kept", "parcel on disk", "keys gone", "parcel handed in", "receipt kept")


@dataclass
class RealServer:
    """The way to a server process."""

    address: str
    clock: SystemClock

    def door(self, _address, device, identity):
        signer = None if identity is None else Signer(device=device, sign=identity.sign)
        return ServerLink(Transport(self.address), self.clock, signer)


def front_desk(folder: Path, address: str) -> FrontDesk:
    """A PC on this folder's disk, and the server at that address."""
    clock = SystemClock()
    return FrontDesk(folder=folder, clock=clock, server=RealServer(address, clock))


def killed(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_killed(act: Callable[..., Any], *, time: int = 1) -> Callable[..., Any]:
    """Do it, and be killed after so many times."""
    done = []

    def act_last(*given):
        answer = act(*given)
        done.append(1)
        if len(done) == time:
            killed()
        return answer

    return act_last


def with_end(premises: Premises, step: str) -> Premises:
    """The PC that is killed after that step."""
    if step == "order kept":
        obey_wipe._keep = then_killed(obey_wipe._keep)
    elif step == "parcel on disk":
        premises.parcels.keep = then_killed(premises.parcels.keep)
    elif step == "keys gone":
        # The parcel is put there twice: the second time it says that nothing was left to be sent.
        premises.parcels.keep = then_killed(premises.parcels.keep, time=2)
    elif step == "parcel handed in":
        ServerLink.parcel = then_killed(ServerLink.parcel)
    elif step == "receipt kept":
        return replace(premises, remove_records=killed)
    return premises


def main() -> None:
    folder, address, step = sys.argv[1:]
    premises = with_end(front_desk(Path(folder), address).premises(), step)
    password = sys.stdin.readline().strip()
    if premises.keys.is_wiped:
        print("done" if obey_wipe.finish(premises) else "not done", flush=True)
        return
    [person] = premises.keys.known()
    premises.keys.unlock(person.member.user, password)
    opened = open_pc(premises)
    door = premises.door(opened.server, opened.pc.device, opened.identity)
    hello = door.hello()
    exchange = Exchange(
        port=door,
        store=opened.opened.sync,
        report=lambda *_: None,
        changed=lambda _changed: None,
        hello=hello,
    )
    exchange.push(hello.max_operations, hello.max_push_bytes)
    order = obey_wipe.hear_order(premises, opened, door)
    obey_wipe.leave(premises, opened, order)


if __name__ == "__main__":
    main()
