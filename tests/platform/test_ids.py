from __future__ import annotations

from uuid import UUID

from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds


def test_ids_are_version_7_and_never_the_same():
    ids = SystemIds(SystemClock())
    made = [ids.new() for _ in range(1000)]
    assert {UUID(one).version for one in made} == {7}
    assert len(set(made)) == 1000
