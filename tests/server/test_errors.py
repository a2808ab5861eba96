from __future__ import annotations

from http import HTTPStatus

import pytest

from sonar_core.sync import versions
from sonar_core.sync.versions import Spoken
from sonar_server.errors import (
    RefusedError,
    bad_request,
    require_protocol,
    require_push_protocol,
)


def test_a_refusal_carries_status_code_and_words():
    refused = bad_request("not a push")
    assert (refused.status, refused.code, str(refused)) == (400, "bad_request", "not a push")


def test_the_protocol_spoken_here_is_taken():
    require_protocol(1)


@pytest.mark.parametrize(("spoken", "code"), [(0, "protocol_too_old"), (2, "protocol_too_new")])
def test_another_protocol_is_told_which_way_it_differs(spoken, code):
    with pytest.raises(RefusedError) as refused:
        require_protocol(spoken)
    assert refused.value.status is HTTPStatus.UPGRADE_REQUIRED
    assert refused.value.code == code


def test_operations_are_taken_in_protocols_in_which_nothing_else_is_answered(monkeypatch):
    monkeypatch.setattr(versions, "SPOKEN", Spoken(oldest=3, newest=5, oldest_push=2))
    for spoken in (2, 3, 5):
        require_push_protocol(spoken)
    for spoken in (3, 5):
        require_protocol(spoken)
    for spoken, require in ((2, require_protocol), (1, require_push_protocol)):
        with pytest.raises(RefusedError) as refused:
            require(spoken)
        assert refused.value.code == "protocol_too_old"
    for require in (require_protocol, require_push_protocol):
        with pytest.raises(RefusedError) as refused:
            require(6)
        assert refused.value.code == "protocol_too_new"
