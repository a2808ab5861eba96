from __future__ import annotations

import pytest

from sonar_desktop.vault.envelope import new_code, read_code
from sonar_desktop.vault.errors import CodeMistyped


def test_a_code_is_printed_in_seven_groups_and_read_back_however_it_is_typed():
    for _ in range(50):
        raw, text = new_code()
        assert len(raw.exposed()) == 16
        assert [len(group) for group in text.split("-")] == [4] * 7
        assert not set(text) & set("ILOU")
        loosely = text.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        for typed in (text, loosely, f"  {text.replace('-', '')} "):
            assert read_code(typed).equals(raw)


def test_two_codes_differ():
    assert new_code()[1] != new_code()[1]


def test_a_slip_of_one_character_is_noticed():
    noticed = 0
    for _ in range(200):
        _, text = new_code()
        slipped = ("2" if text[0] != "2" else "3") + text[1:]
        try:
            read_code(slipped)
        except CodeMistyped:
            noticed += 1
    # Ten bits of check: one slip in a thousand passes.
    assert noticed >= 197


@pytest.mark.parametrize(
    "typed", ["", "1234", "1SBA-HEPS-NTMW-CZM3-1Z8V-4ZC7-C2T", "Z" * 28, "\u00e9" * 28, "U" * 28]
)
def test_what_is_no_code_is_said_to_be_mistyped(typed):
    with pytest.raises(CodeMistyped):
        read_code(typed)
