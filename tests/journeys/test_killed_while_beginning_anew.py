"""A copied PC, or its server, is killed at every place on the way into a new incarnation."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests.journeys.fault_client import KINDS
from tests.journeys.fault_points import CLIENT_ANEW, SERVER_ANEW
from tests.journeys.rig import Room
from tests.journeys.test_killed_at_fault_points import CUT, Scene, killed_at
from tests.journeys.test_two_rooms import agree
from tests.postgres import for_superuser

_numbers = count(1)


@pytest.fixture(scope="module")
def scene(organisation, tmp_path_factory) -> Iterator[Scene]:
    made = Scene(organisation, tmp_path_factory.mktemp("scene"))
    yield made
    made.close()


def copied(scene: Scene) -> Room:
    """A copy of room A with an entry that waits on both, after which A wrote on; all is closed."""
    scene.a.open()
    KINDS["note"](scene.a.desk)
    scene.a.opened.close()
    folder = scene.folder / f"copy {next(_numbers)}"
    shutil.copytree(scene.a.folder, folder)
    scene.a.clock.wall_ms += 10
    scene.a.open()
    KINDS["note"](scene.a.desk)
    scene.a.exchange()
    scene.a.opened.close()
    copy = dataclasses.replace(scene.a, folder=folder)
    copy.opened.close()
    return copy


def notes(scene: Scene) -> list[tuple[bytes, int]]:
    """The operations that wrote notes, and how many rows each of them has."""
    with psycopg.connect(for_superuser(scene.url)) as connection:
        return connection.execute(
            "SELECT op_id, count(*) FROM record WHERE kind = 'Note' GROUP BY op_id"
        ).fetchall()


def check_rest(scene: Scene, copy: Room, before: int) -> None:
    """Three more notes, each once: the shared one, that of A and that of the copy."""
    copy.exchange()
    scene.a.open()
    try:
        scene.a.exchange()
        agree(scene.centre, copy, scene.a)
    finally:
        scene.a.opened.close()
    assert copy.opened.sync.waiting().operations == 0
    pc = copy.opened.pc()
    assert pc is not None
    assert pc.incarnation > 1
    found = notes(scene)
    assert len(found) == before + 3
    assert all(rows == 1 for _, rows in found)


@pytest.mark.parametrize(
    "point", [pytest.param(p, id=f"{n} {p}") for n, p in enumerate(CLIENT_ANEW, 1)]
)
def test_a_copied_pc_killed_anywhere_goes_on(scene, point):
    before = len(notes(scene))
    copy = copied(scene)
    killed_at(scene.run_client(copy, "note", point), point)
    copy.open()
    try:
        check_rest(scene, copy, before)
    finally:
        copy.opened.close()


@pytest.mark.parametrize(
    "point", [pytest.param(p, id=f"{n} {p}") for n, p in enumerate(SERVER_ANEW, 1)]
)
def test_a_server_killed_anywhere_gives_another_number(scene, point):
    before = len(notes(scene))
    copy = copied(scene)
    copy.open()
    try:
        KINDS["note"](copy.desk)
        scene.server.arm.write_text(point)
        with pytest.raises(CUT):
            copy.exchange()
        said = scene.server.end()
        scene.start_server()
        killed_at(said, point)
        check_rest(scene, copy, before)
    finally:
        copy.opened.close()


def test_a_copied_pc_and_its_server_pass_by_all_these_points(scene):
    before = len(notes(scene))
    copy = copied(scene)
    scene.server.arm.write_text("")
    said = {line.removeprefix("at ") for line in scene.run_client(copy, "note", None)}
    scene.server.kill()
    at_server = {line.removeprefix("at ") for line in scene.server.end()}
    scene.start_server()
    assert said >= set(CLIENT_ANEW)
    assert at_server >= set(SERVER_ANEW)
    anew = {one for one in said | at_server if one.startswith(("begin_anew", "incarnation:"))}
    assert anew == {
        one for one in (*CLIENT_ANEW, *SERVER_ANEW) if one.startswith(("begin_anew", "incarnation"))
    }
    copy.open()
    check_rest(scene, copy, before)
    copy.opened.close()
