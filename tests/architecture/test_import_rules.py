from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import import_rules
from tests.architecture.source_tree import PACKAGES, ROOT, Source, assert_nothing, sources


def module(path: str, text: str) -> list[Source]:
    return [Source(path=Path(path), text=text)]


def test_each_library_is_known_only_to_the_package_that_owns_it():
    assert_nothing(import_rules.libraries_outside_their_owners(sources(ROOT, *PACKAGES)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sonar_desktop/ui/screens/board.py", "from sqlalchemy import select"),
        ("sonar_desktop/usecases/record_note.py", "import sqlalchemy.orm"),
        ("sonar_server/api/push.py", "from sqlalchemy.ext import asyncio"),
        ("sonar_server/service.py", "import psycopg"),
        ("sonar_desktop/sync/worker.py", "import keyring"),
        ("sonar_desktop/usecases/hello.py", "def f():\n    import requests\n"),
        ("sonar_desktop/db/store.py", "import sqlite3"),
        ("sonar_desktop/db/store.py", "importlib.import_module('sqlite3')"),
        ("sonar_desktop/ui/screens/board.py", "from PySide6.QtSql import QSqlDatabase"),
        ("sonar_desktop/ui/screens/board.py", "from PySide6 import QtSql"),
        ("sonar_desktop/db/store.py", "from PySide6.QtCore import QObject"),
        ("sonar_core/bodies.py", "import sqlalchemy"),
    ],
)
def test_a_library_in_the_wrong_package_is_found(path, text):
    assert len(import_rules.libraries_outside_their_owners(module(path, text))) >= 1


def test_the_store_may_know_its_own_library():
    text = "from sqlalchemy import select\nimport sqlcipher3"
    assert import_rules.libraries_outside_their_owners(module("sonar_desktop/db/a.py", text)) == []


def test_the_inspector_s_program_reaches_no_network_and_no_window():
    assert_nothing(import_rules.reaches_of_the_verifier(sources(ROOT, "sonar_verify")))


@pytest.mark.parametrize("text", ["import socket", "from PySide6 import QtCore", "import requests"])
def test_a_network_in_the_inspector_s_program_is_found(text):
    assert import_rules.reaches_of_the_verifier(module("sonar_verify/a.py", text)) != []


def test_the_core_reads_no_file_clock_or_source_of_chance():
    assert_nothing(import_rules.impurities_of_the_core(sources(ROOT, "sonar_core")))


@pytest.mark.parametrize(
    "text",
    [
        "import logging",
        "import threading",
        "import random",
        "import secrets",
        "import time",
        "import os",
        "import io",
        "import socket",
        "from pathlib import Path",
        "from PySide6.QtCore import QDate",
        "import zoneinfo",
        "import sonar_desktop.db",
        "body = open('a')",
        "print('NEWS2')",
        "import datetime\nnow = datetime.datetime.now(tz=None)",
        "from datetime import datetime\nnow = datetime.now",
        "from datetime import date\ntoday = date.today()",
        "import uuid\nfresh = uuid.uuid4()",
        "from uuid import uuid4",
        "from uuid import uuid1 as make",
    ],
)
def test_an_impurity_in_the_core_is_found(text):
    assert len(import_rules.impurities_of_the_core(module("sonar_core/records/a.py", text))) >= 1


def test_the_core_may_compute_with_what_it_is_given():
    text = (
        "import hashlib\nfrom datetime import UTC, datetime\nx = datetime(2026, 1, 1, tzinfo=UTC)"
    )
    assert import_rules.impurities_of_the_core(module("sonar_core/moments.py", text)) == []


def test_only_moments_may_read_the_rules_of_a_zone():
    text = "from zoneinfo import ZoneInfo"
    assert import_rules.impurities_of_the_core(module("sonar_core/moments.py", text)) == []
    assert import_rules.impurities_of_the_core(module("sonar_core/board.py", text)) != []


def test_the_calculator_command_is_the_one_place_in_the_core_that_may_print():
    text = "import sys\nprint('{}')"
    command = module("sonar_core/clinical/__main__.py", text)
    assert import_rules.impurities_of_the_core(command) == []
    assert import_rules.impurities_of_the_core(module("sonar_core/clinical/news2.py", text)) != []


def test_view_models_know_no_widget():
    assert_nothing(import_rules.widgets_in_headless_modules(sources(ROOT, "sonar_desktop")))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sonar_desktop/ui/viewmodels/board.py", "from PySide6.QtWidgets import QWidget"),
        ("sonar_desktop/ui/viewmodels/board.py", "from PySide6 import QtGui"),
        ("sonar_desktop/ui/viewmodels/board.py", "import PySide6"),
        ("sonar_desktop/ui/background.py", "from PySide6.QtGui import QColor"),
    ],
)
def test_a_widget_in_a_view_model_is_found(path, text):
    assert len(import_rules.widgets_in_headless_modules(module(path, text))) == 1


def test_one_object_crosses_threads():
    assert_nothing(import_rules.threads_outside_background(sources(ROOT, "sonar_desktop")))


@pytest.mark.parametrize(
    "text",
    [
        "from PySide6.QtCore import QThread",
        "from PySide6 import QtCore\nclass Worker(QtCore.QRunnable): ...",
        "worker.moveToThread(thread)",
        "self.pool().moveToThread(thread)",
        "import threading",
        "from concurrent.futures import ThreadPoolExecutor",
    ],
)
def test_a_second_thread_crosser_is_found(text):
    found = import_rules.threads_outside_background(module("sonar_desktop/ui/screens/a.py", text))
    assert len(found) >= 1
    assert (
        import_rules.threads_outside_background(module("sonar_desktop/ui/background.py", text))
        == []
    )
