from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.rows import decode, encode
from tests.core.board.custody import care, flag, observed, order, outcome, row, seen_referral


def test_a_row_comes_back_from_the_store_as_it_was():
    found = row(care(), flag(), observed("a", 5), order(), outcome(), seen_referral())
    assert decode(encode(found)) == found


def test_a_row_of_another_program_version_is_refused_so_that_it_is_built_again():
    with pytest.raises(msgspec.DecodeError):
        decode(msgspec.msgpack.encode({"episode": "e1"}))
