from __future__ import annotations

import pytest

from tests.vault.world import Pc


@pytest.fixture
def pc(tmp_path):
    return Pc(tmp_path)
