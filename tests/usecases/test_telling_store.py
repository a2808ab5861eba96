from __future__ import annotations

import pytest

from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.telling_store import TellingStore


class Store:
    """A store that answers what it is told to."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def read(self, look):
        return look("reading")

    def write(self, actor, intent, act):
        return act((actor, intent)), self.changed

    def keep_draft(self, draft):
        return self.changed

    def discard_draft(self, author, record):
        return self.changed


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.write("actor", "intent", lambda _: 3),
        lambda store: store.keep_draft("draft"),
        lambda store: store.discard_draft("author", "record"),
    ],
)
def test_every_change_is_told_once_and_an_empty_one_not_at_all(use):
    told = []
    change = Changed(drafts=True)
    use(TellingStore(Store(change), told.append))
    use(TellingStore(Store(Changed()), told.append))
    assert told == [change]


def test_answers_pass_through():
    store = TellingStore(Store(Changed()), lambda _: None)
    assert store.read(str.upper) == "READING"
    assert store.write("actor", "intent", lambda writing: writing) == (
        ("actor", "intent"),
        Changed(),
    )
