from __future__ import annotations

import io
import re
import sys

import pytest

from sonar_server import cli, passwords
from tests.postgres import PASSWORD
from tests.server.test_cli import WORD, find, user_add

ANOTHER = "saddle mirror quartz"


@pytest.fixture
def dprice(place, capsys, monkeypatch):
    """A server with one account, and what the commands say from then on."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    assert cli.main([*user_add(), *place]) == 0
    capsys.readouterr()
    return place


def test_a_password_is_replaced_by_what_standard_input_says(dprice, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(ANOTHER + "\n"))
    assert cli.main(["user", "password", "dprice", *WORD, *dprice]) == 0
    told = capsys.readouterr().out
    assert "until its next contact" in told
    assert ANOTHER not in told
    found = find(dprice, "dprice")
    assert (found.cred_gen, passwords.is_right(ANOTHER, found.password_hash)) == (2, True)


def test_a_new_password_may_be_made_up_and_is_no_argument(dprice, capsys):
    assert cli.main(["user", "password", "dprice", "--make-password", *WORD, *dprice]) == 0
    made = re.search(r"shown once: (\S+)", capsys.readouterr().out)
    assert made is not None
    assert passwords.is_right(made[1], find(dprice, "dprice").password_hash)
    with pytest.raises(SystemExit):
        cli.main(["user", "password", "dprice", ANOTHER, *WORD, *dprice])


def test_an_account_is_closed_once_with_a_name_and_a_reason(dprice, capsys):
    with pytest.raises(SystemExit):
        cli.main(["user", "close", "dprice", *dprice])
    assert cli.main(["user", "close", "dprice", *WORD, *dprice]) == 0
    assert "until their lease there ends" in capsys.readouterr().out
    assert not find(dprice, "dprice").is_active
    assert cli.main(["user", "close", "dprice", *WORD, *dprice]) == 1
    assert "closed already" in capsys.readouterr().err
