from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sonar_server.store.embedded import EmbeddedPostgres
from tests.memory import memory_folder
from tests.postgres import postgres
from tests.simulation.ground import Ground, lay_ground

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def ground(postgres: EmbeddedPostgres) -> Iterator[Ground]:
    """What the worlds of this session are copied from."""
    folder = Path(tempfile.mkdtemp(prefix="sonar-sim-", dir=memory_folder()))
    yield lay_ground(postgres, folder)
    shutil.rmtree(folder)
