"""How files are written: their size, their names, their tests, and words that may not stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from tests.architecture.source_tree import PACKAGES, Source, dotted, files, is_within

MOST_LINES = 400
ROOMS_WITHOUT_A_NAME = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}

APPLICATIONS = {"QApplication", "QGuiApplication", "QCoreApplication"}
BOOTSTRAP = ("sonar_desktop.bootstrap", "sonar_desktop.__main__")
THEME = ("sonar_desktop.ui.theme",)

SLEEPS = {
    "time.sleep",
    "asyncio.sleep",
    "qtbot.wait",
    "QTest.qWait",
    "QTest.qSleep",
    "QThread.sleep",
}

TURNED_BY_THE_WHEEL = {
    *("QComboBox", "QSpinBox", "QDoubleSpinBox", "QAbstractSpinBox", "QSlider", "QDial"),
    *("QDateEdit", "QTimeEdit", "QDateTimeEdit"),
}

# Written in pieces, so that this file does not find itself.
OF_ONE_MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.}])/" + r"(?:work|root|home/\w+|Users/\w+|opt/pypi)(?:/|\b)",
            r"[A-Za-z]:\\+Users\\+\w",
            r"\bpy" + r"pi\.org\b",
            r"\bpython" + r"hosted\.org\b",
            r"\bdeb" + r"\.debian\.org\b",
            r"--(?:extra-)?index" + r"-url|--find" + r"-links",
        )
    )
)
NOT_TEXT = {".png", ".ttf", ".otf", ".woff2", ".wav", ".ico", ".sqlite", ".gz", ".zst", ".pdf"}

# A module's tests stand in the same place under the folder named here.
TEST_FOLDERS = {
    "sonar_core": "tests/core",
    "sonar_desktop/bootstrap.py": "tests/desktop",
    "sonar_desktop/__main__.py": "tests/desktop",
    "sonar_desktop": "tests",
    "sonar_server": "tests/server",
    "sonar_verify": "tests/verify",
    "sonar_recover": "tests/recover",
}


def modules_over_the_limit(tree: Iterable[Source], exceptions: Mapping[str, int]) -> list[str]:
    """Modules too long; an exception states its length and may only shrink and go."""
    found: list[str] = []
    lengths = {source.path.as_posix(): source.text.count("\n") for source in tree}
    for path, length in lengths.items():
        limit = exceptions.get(path, MOST_LINES)
        if length > limit:
            found.append(f"{path} has {length} lines; the limit is {limit}")
    for path, allowed in exceptions.items():
        length = lengths.get(path, 0)
        if length <= MOST_LINES:
            found.append(f"{path} needs no exception any more: take it off the list")
        elif length < allowed:
            found.append(f"{path} shrank to {length} lines: lower its exception from {allowed}")
    return found


def rooms_without_a_name(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.path.as_posix()} is a room without a name: call it by what is kept there"
        for source in tree
        if is_within(source.module, PACKAGES)
        and ROOMS_WITHOUT_A_NAME & {word for part in source.path.parts for word in _words(part)}
    ]


def _words(part: str) -> list[str]:
    return part.removesuffix(".py").split("_")


def sleeps_in_tests(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.place(line)} waits by {name}; wait for what is to happen"
        for source in tree
        if source.path.parts[0] == "tests"
        for line, name in source.names
        if any(f".{name}".endswith(f".{sleep}") for sleep in SLEEPS)
    ]


def applications_fetched(tree: Iterable[Source]) -> list[str]:
    """`QApplication.instance()` and `qApp`: the application comes as an argument."""
    return [
        f"{source.place(line)} fetches the application by {name}"
        for source in tree
        if is_within(source.module, PACKAGES) and not is_within(source.module, BOOTSTRAP)
        for line, name in source.names
        if (name.endswith(".instance") and APPLICATIONS & set(name.split(".")))
        or name.rpartition(".")[2] == "qApp"
    ]


def style_sheets_on_widgets(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.place(node.lineno)} sets a style sheet; there is one, made by ui/theme"
        for source in tree
        if is_within(source.module, PACKAGES) and not is_within(source.module, THEME)
        for node in source.nodes
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "setStyleSheet"
    ]


def values_the_wheel_could_change(tree: Iterable[Source]) -> list[str]:
    """Controls whose value the wheel changes, in a module that guards none of them."""
    return [
        f"{source.place(line)} uses {name} without WheelGuard"
        for source in tree
        if is_within(source.module, ("sonar_desktop.ui",))
        for line, name in source.names
        if name in TURNED_BY_THE_WHEEL and "WheelGuard(" not in source.text
    ]


def words_of_one_machine(root: Path) -> list[str]:
    """Paths of somebody's machine and addresses of package indexes, in any text file."""
    return [
        f"{path.as_posix()}:{number} names {found[0]!r}"
        for path in files(root)
        if path.suffix not in NOT_TEXT
        for number, line in enumerate(_lines(root / path), start=1)
        if (found := OF_ONE_MACHINE.search(line))
    ]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def modules_without_tests(
    root: Path, tree: Iterable[Source], through: Mapping[str, str]
) -> list[str]:
    """Modules for which no test file stands in the mirrored place.

    `sonar_core/sync/hlc.py` is tested by `tests/core/sync/test_hlc.py`, by one that goes on with
    an underscore (`test_hlc_drift.py`), or through the test that `through` names for it or for
    its folder. An entry goes off that list as soon as it is not needed, or its test is gone.
    """
    tests = {path.as_posix() for path in files(root) if path.parts[0] == "tests"}
    modules = {
        source.path.as_posix()
        for source in tree
        if is_within(source.module, PACKAGES) and _has_code(source)
    }
    untested = {path for path in modules if not _is_tested(path, tests)}
    folders = {str(PurePosixPath(path).parent) for path in untested}
    named = untested | folders
    return [
        *(
            f"{path} has no test file"
            for path in sorted(untested)
            if not {path, str(PurePosixPath(path).parent)} & through.keys()
        ),
        *(
            f"{entry} needs no other test any more: take it off the list"
            for entry in sorted(through.keys() - named)
        ),
        *(f"{test} is named and not there" for test in sorted({*through.values()} - tests)),
    ]


def _has_code(source: Source) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign)
        for node in source.nodes
    )


def _is_tested(path: str, tests: set[str]) -> bool:
    package, _, inside = path.partition("/")
    folder = PurePosixPath(TEST_FOLDERS.get(path) or TEST_FOLDERS[package])
    inner = PurePosixPath(inside)
    name = inner.parent.name if inner.name == "__init__.py" else inner.stem.strip("_")
    own = re.compile(rf"{re.escape(str(folder / inner.parent))}/test_{re.escape(name)}(_\w+)?\.py")
    return any(own.fullmatch(test) for test in tests)
