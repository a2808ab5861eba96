"""A poor line between a PC and the server: packets are delayed, held to a rate, and lost.

Linux' `tc netem` is not in every kernel. This is the same done by hand: in a network namespace of
its own each packet between the two goes through a TUN device and this process, so that the kernel's
own TCP at both ends meets the delay and the losses. Needs root and /dev/net/tun; nothing outside
the namespace is touched, and it has no way out.

The PC finds the server as `localhost` at a phantom address behind the device. Its packets come back
into the same device with both addresses changed: for those at which the server listens, and a
second phantom. Each pair of addresses has the same sum, so that no checksum changes.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_TUNSETIFF: Final = 0x400454CA
_IFF_TUN_NO_PI: Final = 0x0001 | 0x1000
_NAME: Final = "sonarline"
_MTU: Final = 1500
_HERE: Final = "10.77.20.5"
_SERVER_PHANTOM: Final = "10.77.116.180"
_PC_PHANTOM: Final = "20.5.10.77"
_SERVER: Final = "127.0.0.1"
_MOST_QUEUED: Final = 1000
"""So many packets wait in each direction at most, as with netem."""

Pair = tuple[bytes, bytes]


def _raw(source: str, target: str) -> Pair:
    return socket.inet_aton(source), socket.inet_aton(target)


_TO: Final[dict[Pair, Pair]] = {
    _raw(_HERE, _SERVER_PHANTOM): _raw(_PC_PHANTOM, _SERVER),
    _raw(_SERVER, _PC_PHANTOM): _raw(_SERVER_PHANTOM, _HERE),
}


@dataclass(kw_only=True)
class Line:
    """A line of so many bits a second, delayed by so much each way, that loses some packets."""

    bits_s: int
    delay_s: float
    loss: float
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    sent: int = 0
    lost: int = 0
    _free_at: dict[Pair, float] = field(default_factory=dict)
    _queued: list[tuple[float, int, bytes]] = field(default_factory=list)
    _waiting: dict[Pair, int] = field(default_factory=dict)

    def start(self) -> None:
        """Make the device in this namespace, and carry packets until the process ends."""
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", _NAME.encode(), _IFF_TUN_NO_PI))
        for command in (
            ("link", "set", "lo", "up"),
            ("addr", "add", f"{_HERE}/32", "dev", _NAME),
            ("link", "set", _NAME, "up", "mtu", str(_MTU)),
            ("route", "add", "10.77.0.0/16", "dev", _NAME, "src", _HERE),
            ("route", "add", f"{_PC_PHANTOM}/32", "dev", _NAME),
        ):
            subprocess.run(("ip", *command), check=True)
        Path(f"/proc/sys/net/ipv4/conf/{_NAME}/route_localnet").write_text("1")
        threading.Thread(target=self._carry, args=(device,), name="line", daemon=True).start()

    def _carry(self, device: int) -> None:
        number = 0
        while True:
            now = time.monotonic()
            while self._queued and self._queued[0][0] <= now:
                os.write(device, heapq.heappop(self._queued)[2])
            pause = self._queued[0][0] - now if self._queued else None
            ready, _, _ = select.select([device], [], [], pause)
            if not ready:
                continue
            packet = os.read(device, _MTU + 100)
            pair = packet[12:16], packet[16:20]
            if pair not in _TO:
                continue
            at = self._arrival(pair, len(packet))
            if at is not None:
                number += 1
                passed = packet[:12] + b"".join(_TO[pair]) + packet[20:]
                heapq.heappush(self._queued, (at, number, passed))

    def _arrival(self, pair: Pair, size: int) -> float | None:
        """Return when a packet is at the other end, None where it is lost."""
        now = time.monotonic()
        free_at = max(now, self._free_at.get(pair, 0.0))
        seconds = size * 8 / self.bits_s
        self.sent += 1
        if self.chance.random() < self.loss or free_at - now > _MOST_QUEUED * seconds:
            self.lost += 1
            return None
        self._free_at[pair] = free_at + seconds
        return self._free_at[pair] + self.delay_s


def run_apart(module: str, arguments: Sequence[str]) -> int:
    """Run a module in namespaces of its own, where `localhost` is behind the line; return its end.

    Only its network and its /etc/hosts are others; nothing of them is left afterwards.
    """
    with tempfile.NamedTemporaryFile("w", suffix="-hosts") as hosts:
        hosts.write(f"{_SERVER_PHANTOM} localhost\n")
        hosts.flush()
        script = 'mount --bind "$0" /etc/hosts && exec "$@"'
        ended = subprocess.run(
            ("unshare", "--net", "--mount", "sh", "-c", script, hosts.name,
             sys.executable, "-m", module, *arguments),
            check=False,
        )  # fmt: skip
    return ended.returncode
