from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from sonar_core.sync.browser_sign_in import ATTEMPT_MS, Attempt, begun
from sonar_desktop.platform.browser_return import BrowserReturn
from sonar_desktop.platform.errors import SignInGivenUp, SignInTooLate


class Scene:
    """A PC that waits for its browser on another thread."""

    def __init__(self) -> None:
        self.ms = 1_000
        self.back = BrowserReturn(lambda: self.ms)
        self.attempt: Attempt = begun(bytes(range(96)), self.back.port, self.ms)
        self._threads = ThreadPoolExecutor(1)
        self.waiting: Future[str] = self._threads.submit(self.back.code, self.attempt)

    def open(self, query: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.attempt.redirect}?{query}", headers=headers, timeout=30)

    def end(self) -> None:
        self.back.close()
        self._threads.shutdown()


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.end()


def test_the_browser_brings_the_code_and_ends_on_a_plain_page(scene):
    page = scene.open(f"code=abc&state={scene.attempt.state}")
    assert scene.waiting.result(30) == "abc"
    assert "You can close this page" in page.text
    assert "<script" not in page.text
    assert "abc" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("query", ["code=abc&state=other", "code=abc", "", "error=x&state=other"])
def test_who_does_not_bring_the_state_is_told_nothing_and_the_wait_goes_on(scene, query):
    page = scene.open(query)
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    scene.open(f"code=true&state={scene.attempt.state}")
    assert scene.waiting.result(30) == "true"


def test_a_page_of_another_name_that_leads_here_brings_nothing(scene):
    query = f"code=abc&state={scene.attempt.state}"
    assert scene.open(query, Host="evil.example").status_code == 404
    assert not scene.waiting.done()


@pytest.mark.parametrize(
    "sent", [b"", b"\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n", b"x" * 9000, b"GET /\xff\r\n\r\n"]
)
def test_rubbish_ends_nothing(scene, sent):
    with socket.create_connection(("127.0.0.1", scene.back.port)) as knock:
        knock.sendall(sent)
    scene.open(f"code=abc&state={scene.attempt.state}")
    assert scene.waiting.result(30) == "abc"


def test_a_refusal_of_the_provider_ends_the_wait(scene):
    page = scene.open(f"error=access_denied&state={scene.attempt.state}")
    assert "You are not signed in" in page.text
    with pytest.raises(SignInGivenUp):
        scene.waiting.result(30)


def test_a_browser_that_was_closed_ends_the_wait_after_five_minutes(scene):
    scene.ms += ATTEMPT_MS
    with pytest.raises(SignInTooLate) as caught:
        scene.waiting.result(30)
    assert "within five minutes" in caught.value.user_message


class HungUp:
    """A connection that brings the whole question and is gone before the answer."""

    def __init__(self, asked: bytes) -> None:
        self._asked = asked

    def recv(self, _most: int) -> bytes:
        return self._asked

    def sendall(self, _page: bytes) -> None:
        raise BrokenPipeError


@pytest.mark.parametrize(
    ("query", "brought"), [("code=abc&state={state}", "abc"), ("code=abc&state=other", "")]
)
def test_a_browser_that_hangs_up_before_its_page_has_brought_the_code(scene, query, brought):
    target = "/signed-in?" + query.format(state=scene.attempt.state)
    asked = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{scene.back.port}\r\n\r\n"
    assert scene.back._brought(HungUp(asked.encode()), scene.attempt) == brought


def test_a_browser_that_hangs_up_before_its_page_has_given_up(scene):
    target = f"/signed-in?error=access_denied&state={scene.attempt.state}"
    asked = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{scene.back.port}\r\n\r\n"
    with pytest.raises(SignInGivenUp):
        scene.back._brought(HungUp(asked.encode()), scene.attempt)


class Drips:
    """A connection that says a byte a second and never comes to an end."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.said = 0

    def recv(self, _most: int) -> bytes:
        self._scene.ms += 1_000
        self.said += 1
        return b"G"

    def sendall(self, _page: bytes) -> None:
        """Nobody reads it."""


def test_one_that_says_it_slowly_holds_nobody_up(scene):
    drips = Drips(scene)
    assert not scene.back._brought(drips, scene.attempt)
    assert drips.said == 2


def test_one_that_is_heard_when_the_time_is_over_is_not_waited_for(scene):
    drips = Drips(scene)
    scene.ms += ATTEMPT_MS - 500
    assert not scene.back._brought(drips, scene.attempt)
    assert drips.said == 1


def test_a_connection_that_breaks_brings_nothing(scene):
    class Broken(Drips):
        def recv(self, _most: int) -> bytes:
            raise ConnectionResetError

    assert not scene.back._brought(Broken(scene), scene.attempt)


def test_who_goes_back_in_the_program_need_not_wait(scene):
    scene.back.close()
    with pytest.raises(SignInTooLate):
        scene.waiting.result(30)


def test_only_this_machine_can_knock(scene):
    assert scene.back._socket.getsockname()[0] == "127.0.0.1"
