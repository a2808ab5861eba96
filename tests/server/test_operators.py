from __future__ import annotations

import pytest

from sonar_server.administration import AdministrationError
from sonar_server.operators import Word


def test_who_and_why_are_one_line():
    assert Word(" A. Reid ", "copy looked at ").said == "A. Reid says: copy looked at"


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "two\nlines", "\x1b[2J"])
def test_what_is_no_line_of_text_is_not_taken(text):
    for by, why in ((text, "why"), ("who", text)):
        with pytest.raises(AdministrationError):
            Word(by, why)
