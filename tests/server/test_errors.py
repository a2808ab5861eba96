from __future__ import annotations

from http import HTTPStatus

import pytest

from sonar_server.errors import RefusedError, bad_request, require_protocol


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
