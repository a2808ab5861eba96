from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.platform.plain_file import keep_plain, read_plain


class Line(msgspec.Struct, frozen=True):
    words: str


def test_what_was_kept_last_is_read(tmp_path):
    path = tmp_path / "line.json"
    for words in ("one", "two"):
        keep_plain(path, Line(words))
    assert read_plain(path, Line, 100) == Line("two")
    assert [one.name for one in tmp_path.iterdir()] == ["line.json"]


def test_a_file_larger_than_ours_can_be_is_not_read(tmp_path):
    path = tmp_path / "line.json"
    keep_plain(path, Line("x" * 100))
    assert read_plain(path, Line, 100) is None


def test_a_disk_that_refuses_leaves_the_old_one(tmp_path):
    path = tmp_path / "line.json"
    keep_plain(path, Line("one"))
    (tmp_path / "line.json.new").mkdir()
    keep_plain(path, Line("two"))
    assert read_plain(path, Line, 100) == Line("one")


@pytest.mark.parametrize("content", [b"{", b'"\xff"', b'{"x":' + b"[" * 20_000])
def test_a_file_that_cannot_be_read_is_none(tmp_path, content):
    path = tmp_path / "line.json"
    path.write_bytes(content)
    assert read_plain(path, Line, 1 << 20) is None
