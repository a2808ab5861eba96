from __future__ import annotations

import pytest

from sonar_desktop.platform import errors
from sonar_desktop.platform.errors import PlatformError


@pytest.mark.parametrize("kind", PlatformError.__subclasses__())
def test_every_failure_has_its_own_sentence_and_stands_in_the_drawing(kind):
    assert kind().user_message == kind.sentence
    assert kind.sentence.endswith(".")
    assert kind.__name__ in errors.__doc__
    others = [other.sentence for other in PlatformError.__subclasses__() if other is not kind]
    assert kind.sentence not in others
