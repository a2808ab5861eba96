from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import exceptions, writing_rules
from tests.architecture.source_tree import PACKAGES, ROOT, Source, assert_nothing, sources


def module(path: str, text: str = "") -> list[Source]:
    return [Source(path=Path(path), text=text)]


def write(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_no_module_is_longer_than_its_limit():
    assert_nothing(writing_rules.modules_over_the_limit(sources(ROOT), exceptions.LONG_MODULES))


def test_a_module_of_401_lines_is_found():
    tree = module("sonar_core/board.py", "x = 1\n" * 401)
    assert writing_rules.modules_over_the_limit(tree, {}) == [
        "sonar_core/board.py has 401 lines; the limit is 400"
    ]
    assert writing_rules.modules_over_the_limit(module("a.py", "x = 1\n" * 400), {}) == []


@pytest.mark.parametrize(
    ("length", "complaint"),
    [
        (451, "a.py has 451 lines; the limit is 450"),
        (449, "a.py shrank to 449 lines: lower its exception from 450"),
        (400, "a.py needs no exception any more: take it off the list"),
    ],
)
def test_an_exception_to_the_limit_may_only_shrink(length, complaint):
    tree = module("a.py", "x = 1\n" * length)
    assert writing_rules.modules_over_the_limit(tree, {"a.py": 450}) == [complaint]


def test_an_exception_for_a_module_that_has_gone_is_found():
    assert len(writing_rules.modules_over_the_limit([], {"a.py": 450})) == 1


def test_every_room_has_a_name():
    assert_nothing(writing_rules.rooms_without_a_name(sources(ROOT, *PACKAGES)))


@pytest.mark.parametrize("path", ["sonar_core/utils.py", "sonar_desktop/db/session_manager.py"])
def test_a_room_without_a_name_is_found(path):
    assert len(writing_rules.rooms_without_a_name(module(path))) == 1


def test_no_test_sleeps():
    assert_nothing(writing_rules.sleeps_in_tests(sources(ROOT, "tests")))


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "qtbot.wait(50)",
        "self.qtbot.wait(50)",
        "QTest.qWait(50)",
    ],
)
def test_a_sleeping_test_is_found(text):
    assert len(writing_rules.sleeps_in_tests(module("tests/ui/test_board.py", text))) == 1


def test_waiting_for_what_is_to_happen_is_no_sleep():
    text = "qtbot.waitUntil(ready)\nqtbot.waitSignal(done)\nevent.wait(5)"
    assert writing_rules.sleeps_in_tests(module("tests/ui/test_board.py", text)) == []


def test_nobody_fetches_the_application():
    assert_nothing(writing_rules.applications_fetched(sources(ROOT, *PACKAGES)))


@pytest.mark.parametrize(
    "text",
    [
        "QApplication.instance().quit()",
        "QtWidgets.QApplication.instance()",
        "QCoreApplication.instance",
        "from PySide6.QtWidgets import qApp",
    ],
)
def test_a_fetched_application_is_found(text):
    assert len(writing_rules.applications_fetched(module("sonar_desktop/ui/a.py", text))) >= 1
    assert writing_rules.applications_fetched(module("sonar_desktop/bootstrap.py", text)) == []


def test_there_is_one_style_sheet():
    assert_nothing(writing_rules.style_sheets_on_widgets(sources(ROOT, *PACKAGES)))


def test_a_widget_with_its_own_style_sheet_is_found():
    text = "self.label().setStyleSheet('color: red')"
    screen = module("sonar_desktop/ui/screens/board.py", text)
    assert len(writing_rules.style_sheets_on_widgets(screen)) == 1
    assert writing_rules.style_sheets_on_widgets(module("sonar_desktop/ui/theme/a.py", text)) == []


def test_the_wheel_changes_no_value():
    assert_nothing(writing_rules.values_the_wheel_could_change(sources(ROOT, *PACKAGES)))


def test_a_control_that_the_wheel_could_change_is_found():
    bare = module("sonar_desktop/ui/screens/board.py", "self.outcome = QComboBox()")
    guarded = module("sonar_desktop/ui/screens/board.py", "WheelGuard(one := QComboBox())")
    assert len(writing_rules.values_the_wheel_could_change(bare)) == 1
    assert writing_rules.values_the_wheel_could_change(guarded) == []


def test_the_repository_names_no_machine_and_no_package_index():
    assert_nothing(writing_rules.words_of_one_machine(ROOT))


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/main/notes",
        "/" + "home/nurse/.config",
        'PATH = "C:' + '\\\\Users\\\\nurse"',
        "--index" + "-url https://example.org/simple",
        "https://py" + "pi.org/simple",
    ],
)
def test_a_path_of_one_machine_is_found(tmp_path, line):
    write(tmp_path, "docs/notes.md", f"first line\n{line}\n")
    found = writing_rules.words_of_one_machine(tmp_path)
    assert [complaint.partition(" ")[0] for complaint in found] == ["docs/notes.md:2"]


def test_paths_below_the_checkout_and_of_every_system_may_be_named(tmp_path):
    write(tmp_path, "docs/notes.md", "tools/setup.sh, /usr/bin/env, /proc/self, docs/work/plan\n")
    assert writing_rules.words_of_one_machine(tmp_path) == []


def test_every_module_has_its_test_file():
    tree = sources(ROOT, *PACKAGES)
    untested = writing_rules.modules_without_tests(ROOT, tree, exceptions.TESTED_THROUGH)
    assert_nothing(untested)


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("sonar_core/clinical/news2.py", "tests/core/clinical/test_news2.py"),
        ("sonar_core/clinical/news2.py", "tests/core/clinical/test_news2_scale_two.py"),
        ("sonar_core/clinical/__main__.py", "tests/core/clinical/test_main.py"),
        ("sonar_core/ids.py", "tests/core/test_ids.py"),
        ("sonar_desktop/db/store.py", "tests/db/test_store.py"),
        ("sonar_desktop/ui/theme/__init__.py", "tests/ui/theme/test_theme.py"),
        ("sonar_desktop/bootstrap.py", "tests/desktop/test_bootstrap.py"),
        ("sonar_server/store/pulls.py", "tests/server/store/test_pulls.py"),
    ],
)
def test_a_module_without_its_test_file_is_found(tmp_path, path, test):
    tree = module(path, "def rule(): ...")
    write(tmp_path, "tests/core/clinical/test_news.py")
    write(tmp_path, "tests/core/sync/test_ids.py")
    write(tmp_path, "tests/core/test_clinical.py")
    write(tmp_path, "tests/server/test_store_of_boots.py")
    other = "tests/core/sync/test_ids.py"
    assert writing_rules.modules_without_tests(tmp_path, tree, {}) == [f"{path} has no test file"]
    assert writing_rules.modules_without_tests(tmp_path, tree, {path: other}) == []
    folder = path.rpartition("/")[0]
    assert writing_rules.modules_without_tests(tmp_path, tree, {folder: other}) == []
    assert writing_rules.modules_without_tests(tmp_path, tree, {path: "tests/test_gone.py"}) == [
        "tests/test_gone.py is named and not there"
    ]
    write(tmp_path, test)
    assert writing_rules.modules_without_tests(tmp_path, tree, {}) == []
    assert writing_rules.modules_without_tests(tmp_path, tree, {path: other}) == [
        f"{path} needs no other test any more: take it off the list"
    ]


def test_a_package_that_only_has_a_sentence_needs_no_test_file(tmp_path):
    tree = module("sonar_core/__init__.py", '"""The core."""')
    assert writing_rules.modules_without_tests(tmp_path, tree, {}) == []
