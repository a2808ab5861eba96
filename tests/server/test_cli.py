from __future__ import annotations

import io
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import requests

from sonar_core.ids import to_bytes
from sonar_server import cli, passwords
from sonar_server.central import open_central
from sonar_server.keys import ServerKeys
from sonar_server.store import people
from sonar_server.store.database import Database
from tests.postgres import PASSWORD

WORD = ["--by", "A. Reid", "--why", "looked at"]


def find(place, username):
    database = Database(place[3])
    central = open_central(
        database, ServerKeys.load(cli._key_file(cli._parser().parse_args(["run", *place])))
    )
    found = database.run(
        lambda t: people.find_person(t, to_bytes(central.organisation.id), username)
    )
    database.close()
    return found


def user_add(*more):
    who = ["--name", "Daniel Price", "--initials", "DP", "--role", "paramedic"]
    return ["user", "add", "dprice", *who, "--site", "Northfield", *more]


def test_a_site_is_added(place, capsys):
    assert cli.main(["site", "add", "Southfield", *place]) == 0
    assert re.fullmatch(r"site [0-9a-f-]{36} Southfield\n", capsys.readouterr().out)


def test_a_site_that_exists_is_said_to(place, capsys):
    assert cli.main(["site", "add", "Northfield", *place]) == 1
    assert "of that name" in capsys.readouterr().err


def test_a_password_is_read_from_standard_input(place, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    assert cli.main([*user_add(), *place]) == 0
    assert PASSWORD not in capsys.readouterr().out
    assert find(place, "dprice").name == "Daniel Price"


def test_a_password_may_be_made_up_and_is_printed_once(place, capsys):
    assert cli.main([*user_add("--make-password"), *place]) == 0
    made = re.search(r"shown once: (\S+)", capsys.readouterr().out)
    assert made is not None
    assert passwords.is_right(made[1], find(place, "dprice").password_hash)


def test_a_password_is_never_an_argument(capsys):
    with pytest.raises(SystemExit):
        cli.main([*user_add("--password", "secret")])
    assert "unrecognized" in capsys.readouterr().err


def test_a_missing_key_file_ends_with_words(place, tmp_path, capsys):
    (tmp_path / "server-keys.json").unlink()
    assert cli.main(["device", "code", "--site", "Northfield", *place]) == 1
    assert "key file cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--host", "0.0.0.0"], "TLS only"),  # noqa: S104
        (["--certificate", "c.pem"], "belong together"),
    ],
)
def test_beyond_this_machine_only_tls_is_spoken(place, more, words, capsys):
    assert cli.main(["run", *place, *more]) == 1
    assert words in capsys.readouterr().err


def test_a_port_in_use_is_said_to_be(place, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["run", *place, "--port", port]) == 1
    assert "in use" in capsys.readouterr().err


def test_init_makes_keys_and_tells_the_recovery_key_once(postgres, tmp_path, capsys):
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE for_init")
    place = ["--data", str(tmp_path), "--database-url", postgres.url("for_init")]
    recovery = tmp_path / "offline" / "recovery.txt"
    asked = ["init", "--organisation", "New", "--recovery-file", str(recovery), *place]
    assert cli.main(asked) == 0
    told = capsys.readouterr().out
    private = recovery.read_text().strip()
    assert private not in told
    assert recovery.stat().st_mode & 0o777 == 0o600
    assert ServerKeys.load(tmp_path / "server-keys.json").lease_public
    assert cli.main(asked) == 1
    assert "already" in capsys.readouterr().err


def test_a_recovery_key_that_is_none_is_refused(place, capsys):
    asked = ["init", "--organisation", "New", "--recovery-public", "abc", *place]
    assert cli.main(asked) == 1
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_an_operator_sees_what_happened_and_when(place, capsys):
    assert cli.main(["incidents", *place]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["epoch", "new", *place]) == 0
    capsys.readouterr()
    assert cli.main(["incidents", *place]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC new_epoch: epoch \d+: an operator asked for it\n", told
    )


def test_there_is_nothing_to_lift_or_to_decide_again_where_nothing_was_stopped(place, capsys):
    assert cli.main(["removal", "lift", "no id", *WORD, *place]) == 1
    assert "no PC 'no id' has told" in capsys.readouterr().err
    assert cli.main(["held", "decide", *WORD, *place]) == 1
    assert "nothing is held back as damaged" in capsys.readouterr().err
    assert cli.main(["held", "decide", "--by", "", "--why", "x", *place]) == 1
    assert "a name and a reason" in capsys.readouterr().err


@pytest.fixture
def demo(tmp_path_factory):
    """`sonar-server demo` with a PostgreSQL of its own, as a person starts it."""
    folder = Path(tempfile.mkdtemp(prefix="sonar-demo-"))
    command = [sys.executable, "-m", "sonar_server", "demo", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process, folder
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=30)
    shutil.rmtree(folder)


def test_the_demonstration_prints_what_is_needed_and_takes_its_database_with_it(demo):
    process, folder = demo
    lines = []
    while not (lines and lines[-1].startswith("serving ")):
        lines.append(process.stdout.readline())
        assert lines[-1], process.communicate()
    told = "".join(lines)
    assert len(re.findall(r"^person \S+ password \S+ ", told, re.MULTILINE)) == 4
    assert len(re.findall(r"^code for PC \d: \S+", told, re.MULTILINE)) == 2
    assert (folder / "recovery-key.txt").read_text().strip() not in told
    address = lines[-1].split()[1]
    assert requests.get(address + "/v1/sync/hello", timeout=30).status_code == 200
    assert (folder / "postgres" / "postmaster.pid").exists()
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not (folder / "postgres" / "postmaster.pid").exists()
