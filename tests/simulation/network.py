"""The network between a PC and the server: real requests and answers as bytes, carried badly."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import requests
import urllib3
from requests.adapters import BaseAdapter

from sonar_core.sync.messages import MEDIA_TYPE, Refusal
from sonar_server.store.places import Device
from tests.simulation.faults import EndlessError, Faults, HiccupError, ServerCrash, Wire
from tests.simulation.server import Answer, SimServer

ADDRESS = "http://127.0.0.1:9"
HTML = b"<html><head><title>Sign in to the police network</title></head><body>...</body></html>"
MOST_REQUESTS = 400
"""An exchange that asks more often than this never ends."""


@dataclass(kw_only=True)
class Network:
    """All lines of one world. `late` are requests that arrive after their sender gave up."""

    server: SimServer
    faults: Faults
    rng: random.Random
    late: list[Callable[[], None]] = field(default_factory=list)
    last_answers: dict[tuple[str, str], tuple[dict[str, str], bytes]] = field(default_factory=dict)

    def deliver_late(self) -> None:
        """Let one request that was on its way arrive, after others that were sent after it."""
        if self.late:
            arrive = self.late.pop(self.rng.randrange(len(self.late)))
            arrive()

    def other_answer(
        self, wire: Wire | None, key: tuple[str, str]
    ) -> tuple[dict[str, str], bytes] | None:
        """Return an answer that was given before, to this PC or to another, None without one."""
        if wire is Wire.STALE:
            return self.last_answers.get(key)
        others = [one for one in self.last_answers if one[1] == key[1] and one[0] != key[0]]
        if wire is not Wire.FOREIGN or not others:
            return None
        return self.last_answers[self.rng.choice(others)]


class _Body(io.RawIOBase):
    """An answer's body as the socket gives it: part by part, then its end, however that is."""

    def __init__(self, parts: Iterator[bytes], *, resets: bool) -> None:
        super().__init__()
        self._parts = parts
        self._resets = resets
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._parts)
            except StopIteration:
                if self._resets:
                    raise ConnectionResetError("the line was cut") from None
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)


class Line(BaseAdapter):
    """One PC's line, mounted in its real `requests` session."""

    def __init__(self, network: Network, device: Device) -> None:
        super().__init__()
        self._network = network
        self._device = device
        self._asked = 0
        self.at_point: Callable[[str], None] = lambda _name: None

    def begin(self) -> None:
        """Begin an exchange."""
        self._asked = 0

    def close(self) -> None:
        """Nothing is held."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self._asked += 1
        if self._asked > MOST_REQUESTS:
            raise EndlessError(f"an exchange asked more than {MOST_REQUESTS} times")
        path = str(request.path_url)
        faults = self._network.faults
        self.at_point(f"before asking {path}")
        faults.between()
        wire = faults.on_wire(path)
        answer = self._carried(request, path, wire)
        self.at_point(f"after asking {path}")
        return answer

    def _carried(
        self, request: requests.PreparedRequest, path: str, wire: Wire | None
    ) -> requests.Response:
        network, rng, faults = self._network, self._network.rng, self._network.faults
        if wire is Wire.DROP:
            raise requests.ConnectionError("no route")
        if wire is Wire.HTML:
            return _response(request, 200, {"Content-Type": "text/html"}, iter([HTML]))
        if wire is Wire.GATEWAY:
            return _response(request, 502, {"Content-Type": "text/html"}, iter([HTML]))
        if wire is Wire.RUBBISH:
            return _response(request, 200, {"Content-Type": MEDIA_TYPE}, iter([rng.randbytes(90)]))
        if wire in _REFUSALS:
            status, code = _REFUSALS[wire]
            data = msgspec.msgpack.encode(Refusal(code=code, message="simulated"))
            headers = {"Content-Type": MEDIA_TYPE, "Retry-After": "2"}
            return _response(request, status, headers, iter([data]))
        if wire is Wire.LATER:
            network.late.append(lambda: self._to_nobody(request, path))
            raise requests.ConnectionError("timed out")
        if wire is Wire.HICCUP:
            faults.hiccups = 1
        if wire is Wire.TWICE:
            self._to_nobody(request, path)
        key = (self._device.id, path)
        other = network.other_answer(wire, key)
        if other is not None:
            self._to_nobody(request, path)
            return _response(request, 200, other[0], iter([other[1]]))
        answer = self._served(self._device, request, path)
        if wire is Wire.LOSE_ANSWER:
            try:
                for _ in answer.parts:
                    pass
            except ServerCrash:
                network.server.restart()
            except HiccupError:
                pass  # the answer that is lost ends early
            raise requests.ConnectionError("the line went dead")
        parts = self._as_sent(answer, key)
        if wire in {Wire.RESET, Wire.CUT}:
            whole = b"".join(parts)
            parts = iter([whole[: rng.randrange(len(whole))]])
            return _response(
                request, answer.status, answer.headers, parts, resets=wire is Wire.RESET
            )
        return _response(request, answer.status, answer.headers, parts)

    def _served(self, device: Device, request: requests.PreparedRequest, path: str) -> Answer:
        body = request.body or b""
        assert isinstance(body, bytes)
        try:
            return self._network.server.serve(device, path, dict(request.headers), body)
        except ServerCrash:
            self._network.server.restart()
            raise requests.ConnectionError("the server went away") from None

    def _to_nobody(self, request: requests.PreparedRequest, path: str) -> None:
        try:
            for _ in self._served(self._device, request, path).parts:
                pass
        except (requests.ConnectionError, HiccupError):
            pass
        except ServerCrash:
            self._network.server.restart()

    def _as_sent(self, answer: Answer, key: tuple[str, str]) -> Iterator[bytes]:
        """Yield an answer's parts, others acting between them, until its server is gone."""
        server = self._network.server
        generation = server.generation
        sent = []
        try:
            for part in answer.parts:
                sent.append(part)
                yield part
                self.at_point("between frames")
                self._network.faults.between()
                if server.generation != generation:
                    raise ConnectionResetError("the server went away")
        except ServerCrash:
            server.restart()
            raise ConnectionResetError("the server went away") from None
        except HiccupError:
            # The HTTP face has begun its answer with 200: all that is left is to end it.
            raise ConnectionResetError("the server failed within its answer") from None
        if answer.status == 200 and "snapshot" not in key[1]:
            self._network.last_answers[key] = (answer.headers, b"".join(sent))


_REFUSALS = {
    Wire.BUSY: (503, "busy"),
    Wire.TOO_MANY: (429, "too_many"),
    Wire.SERVER_ERROR: (500, "server_error"),
}


def _response(
    request: requests.PreparedRequest,
    status: int,
    headers: dict[str, str],
    parts: Iterator[bytes],
    *,
    resets: bool = False,
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.raw = urllib3.HTTPResponse(
        body=_Body(parts, resets=resets),
        headers=headers,
        status=status,
        preload_content=False,
        decode_content=False,
    )
    response.request = request
    response.url = str(request.url)
    return response
