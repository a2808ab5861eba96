from __future__ import annotations

import pytest

from sonar_desktop.vault import errors
from sonar_desktop.vault.errors import TryLater, VaultError, WrongPassword, WrongPin


def concrete(kind=VaultError):
    for child in kind.__subclasses__():
        if "sentence" in vars(child):
            yield child
        yield from concrete(child)


def test_every_failure_has_its_own_plain_sentence():
    kinds = list(concrete())
    sentences = [kind.sentence for kind in kinds]
    assert len(kinds) >= 35
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        for jargon in ("DEK", "KDF", "keybag", "AES", "Argon", "exception", "None"):
            assert jargon not in sentence


def test_every_failure_stands_in_the_drawing_at_the_top_of_the_file():
    for kind in concrete():
        assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WrongPassword(tries_left=2), "Wrong password. 2 of 5 tries left before a wait."),
        (
            WrongPassword(tries_left=0),
            "Wrong password. There is now a wait before the next try.",
        ),
        (
            WrongPin(tries_left=2),
            "Wrong PIN. 2 of 5 tries left before your password is needed.",
        ),
        (WrongPin(tries_left=0), "Wrong PIN five times. Your password is needed now."),
    ],
)
def test_a_wrong_secret_says_what_is_left(error, said):
    assert error.user_message == said


def test_a_wait_says_its_seconds():
    assert "30 s" in TryLater(seconds=30).user_message
