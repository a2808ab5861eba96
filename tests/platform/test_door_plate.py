from __future__ import annotations

import pytest

from sonar_desktop.platform.door_plate import FILE, DoorPlate, hang_plate, read_plate

PLATE = DoorPlate(site_name="Northfield custody suite", pc_name="NF-MED-01", zone="Europe/London")


def test_the_plate_says_what_was_hung_up(tmp_path):
    assert read_plate(tmp_path) == DoorPlate()
    hang_plate(tmp_path, PLATE)
    assert read_plate(tmp_path) == PLATE


@pytest.mark.parametrize("content", [b"", b"\xff", b"[1]", b"{" * 100_000])
def test_a_damaged_plate_is_an_empty_one(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert read_plate(tmp_path) == DoorPlate()


def test_a_disk_that_refuses_keeps_the_program_going(tmp_path):
    hang_plate(tmp_path / "not there", PLATE)
    assert read_plate(tmp_path) == DoorPlate()
