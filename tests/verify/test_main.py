from __future__ import annotations

import subprocess
import sys
from random import Random

import msgspec
import pytest

from sonar_verify.__main__ import main
from tests.verify.exports import PCS, Part, alter, delete, encoded, keys, lines_of, parts

GUARDED = """
import sys
def guard(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.system")):
        raise SystemExit(f"reached for {event}")
sys.addaudithook(guard)
from sonar_verify.__main__ import main
"""


@pytest.fixture
def written(tmp_path):
    """Returns a function: writes an export and the keys, returns the program's arguments."""

    def write(made: list[Part]) -> list[str]:
        (tmp_path / "export.jsonl").write_bytes(b"".join(encoded(lines_of(made))))
        (tmp_path / "keys.json").write_bytes(msgspec.json.encode(keys()))
        return [str(tmp_path / "export.jsonl"), str(tmp_path / "keys.json")]

    return write


def test_a_whole_export_is_told_chain_by_chain(written, capsys):
    assert main(written(parts())) == 0
    first, second = PCS
    assert capsys.readouterr().out.splitlines() == [
        "export made 2026-05-28 20:26:40 UTC",
        (
            f"Longport PC MED-01 {first}, chain 1: 30 entries, 26 verified, up to number 26 "
            "countersigned 2026-05-28 20:26:40 UTC, 4 unproven"
        ),
        (
            f"Longport PC MED-02 {second}, chain 1: 30 entries, 26 verified, up to number 26 "
            "countersigned 2026-05-28 20:26:40 UTC, 4 unproven"
        ),
        "60 entries in 2 chains: 52 verified, 8 unproven, no faults found",
    ]


def test_who_checks_links_alone_is_told_so(written, capsys):
    made = parts()
    made[0].entries[2] = msgspec.structs.replace(made[0].entries[2], signature=bytes(64))
    arguments = written(made)
    assert main([*arguments, "--links"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "60 entries in 2 chains: 52 verified, 8 unproven, no faults found",
        "of the PCs' signatures only those at countersigned places and ends were checked",
    ]
    assert main(arguments) == 1


def test_what_was_found_is_told_with_its_place_in_plain_words(written, capsys):
    made = parts()
    del made[0].entries[4]
    made[1].anchors = []
    assert main(written(made)) == 1
    told = capsys.readouterr().out
    assert "FOUND at number 6: entries are missing before this one" in told
    assert "chain 1: 30 entries, 30 unproven" in told
    assert told.splitlines()[-1].startswith("59 entries in 2 chains: 1 verified, 58 unproven")


def test_of_many_findings_the_first_are_told_and_the_rest_counted(written, capsys):
    made = parts()[:1]
    for at, one in enumerate(made[0].entries):
        made[0].entries[at] = msgspec.structs.replace(one, signature=bytes(64))
    assert main(written(made)) == 1
    told = capsys.readouterr().out
    assert told.count("FOUND") == 20
    assert "  and 10 more" in told
    assert "MED-02" in told
    assert "no entries in this export" in told


def test_a_file_that_is_no_export_is_refused_in_one_sentence(written, tmp_path, capsys):
    export, kept = written(parts())
    assert main([kept, kept]) == 2
    assert capsys.readouterr().err == "sonar-verify: line 1 of the export cannot be read\n"
    assert main([str(tmp_path / "none"), kept]) == 2
    assert "No such file" in capsys.readouterr().err
    assert main([export, export]) == 2
    assert "public keys cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(("mutate", "status"), [(None, 0), (delete, 1), (alter, 1)])
def test_the_program_reaches_for_no_network_and_no_other_program(written, mutate, status):
    made = parts()
    if mutate is not None:
        mutate(made[0], Random(3))
    code = GUARDED + (
        "code = main(sys.argv[1:])\n"
        "heavy = {'PySide6', 'sqlalchemy', 'requests', 'socket', 'sonar_server', 'sonar_desktop'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.exit(code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *written(made)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (status, "")
