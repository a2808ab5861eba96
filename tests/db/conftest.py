from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.db.clinic import Desk
from tests.db.journalled import ORGANISATION, Pc
from tests.db.test_opened import RECORD, Keys


@pytest.fixture
def new_desk(tmp_path) -> Iterator[Desk]:
    """A PC with a new store, not enrolled."""
    desk = Desk(tmp_path / "client.db")
    yield desk
    desk.database.close()


@pytest.fixture
def desk(new_desk: Desk) -> Desk:
    """A PC enrolled for the clinical scope of one suite."""
    new_desk.enrol()
    return new_desk


@pytest.fixture
def other_desk(tmp_path):
    """A second PC of the suite, with another device id."""
    (tmp_path / "second").mkdir()
    desk = Desk(tmp_path / "second" / "client.db", space=2)
    desk.enrol(device="01900000-0000-7000-8000-0000000000dd")
    yield desk
    desk.database.close()


@pytest.fixture
def pc(tmp_path) -> Iterator[Pc]:
    """A PC with a side journal, enrolled."""
    desk = Pc(tmp_path / "client.db")
    public = bytes(ORGANISATION.public_key)
    desk.opened.enrol(msgspec.structs.replace(RECORD, recovery_public=public), Keys(b"word"))
    yield desk
    desk.opened.close()
