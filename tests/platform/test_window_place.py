from __future__ import annotations

import pytest

from sonar_desktop.platform.window_place import FILE, WindowPlace, keep_place, read_place

PLACE = WindowPlace(left=40, top=30, width=1200, height=800, is_maximised=True)


def test_the_window_is_found_where_it_was_left(tmp_path):
    assert read_place(tmp_path) is None
    keep_place(tmp_path, PLACE)
    assert read_place(tmp_path) == PLACE


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[1]", b'{"left":1}', b'{"name":"BARROW"}', b" " * 5000]
)
def test_a_damaged_file_is_no_place(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert read_place(tmp_path) is None


def test_a_disk_that_refuses_keeps_the_program_going(tmp_path):
    keep_place(tmp_path / "not there", PLACE)
    assert read_place(tmp_path) is None
