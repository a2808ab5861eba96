from __future__ import annotations

import io
import json
import runpy
import sys

import pytest

from sonar_core.clinical.__main__ import main


def _run(arguments, lines):
    out, err = io.BytesIO(), io.StringIO()
    code = main(arguments, io.BytesIO(lines), out, err)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_each_line_has_its_answer_and_a_bad_line_does_not_end_the_stream():
    code, answers, err = _run(["avpu_acvpu"], b'"U"\nnonsense\n"Q"\n"a"')

    assert code == 0
    assert err == ""
    assert answers[0] == {"news2": 3, "alert": True, "critical": True}
    assert answers[1] == {"error": "This line is not JSON."}
    assert answers[2]["error"].startswith("Choose consciousness: A, C, V, P or U.")
    assert answers[3] == {"news2": 0, "alert": False, "critical": False}
    assert len(answers) == 4


@pytest.mark.parametrize("arguments", [[], ["phq9"], ["news2", "gcs"], ["NEWS2"]])
def test_an_instrument_that_is_not_known_is_said_and_ends_with_2(arguments):
    code, answers, err = _run(arguments, b"{}\n")

    assert code == 2
    assert answers == []
    assert "INSTRUMENT is one of: avpu_acvpu, chi_number, gcs, news2, nhs_number" in err


def test_the_module_runs_as_a_program(monkeypatch):
    class Stream:
        def __init__(self, content=b""):
            self.buffer = io.BytesIO(content)

    stdin, stdout = Stream(b'"9434765919"\n'), Stream()
    monkeypatch.setattr(sys, "argv", ["sonar_core.clinical", "nhs_number"])
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.delitem(sys.modules, "sonar_core.clinical.__main__")

    with pytest.raises(SystemExit) as end:
        runpy.run_module("sonar_core.clinical", run_name="__main__")

    assert end.value.code == 0
    assert json.loads(stdout.buffer.getvalue())["display"] == "943 476 5919"
