from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT

MEET = "The desktop, the server and the inspector's program meet only in sonar_core"
RECOVER = "The recovery program reads files, without a server or a window"
DESKTOP = "Desktop: bootstrap over ui, db, sync, vault and platform, over use cases"
UI = "UI: screens over forms over widgets over view models over background"
SCREENS = "Screens, forms and widgets talk to view models only"
SERVER = "Server: commands over the HTTP face over the service over the store"
CYCLES = "No package has a cycle among its parts"
CONTRACTS = [MEET, RECOVER, DESKTOP, UI, SCREENS, SERVER, CYCLES]

SKELETON = [
    "sonar_core",
    *(f"sonar_desktop/{part}" for part in ("db", "sync", "vault", "platform", "usecases", "ui")),
    *(
        f"sonar_desktop/ui/{part}"
        for part in ("screens", "forms", "widgets", "theme", "viewmodels", "background")
    ),
    *(f"sonar_server/{part}" for part in ("api", "service", "store")),
]


def broken_contracts(root: Path) -> list[str]:
    """Names of the contracts that import-linter finds broken in the packages below `root`."""
    ran = subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--config",
            ROOT / ".importlinter",
            "--no-cache",
            "--no-logo",
        ],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(
        line.rsplit(" ", 1)
        for line in ran.stdout.splitlines()
        if line.endswith((" KEPT", " BROKEN"))
    )
    assert list(verdicts) == CONTRACTS, ran.stdout + ran.stderr
    broken = [name for name, verdict in verdicts.items() if verdict == "BROKEN"]
    assert ran.returncode == (1 if broken else 0)
    return broken


def build(root: Path, modules: dict[str, str]) -> None:
    for package in {*PACKAGES, *SKELETON}:
        (root / package).mkdir(parents=True, exist_ok=True)
        (root / package / "__init__.py").touch()
    for path, text in modules.items():
        (root / path).write_text(f"{text}\n", encoding="utf-8")


def test_every_layer_keeps_its_contract():
    assert broken_contracts(ROOT) == []


def test_one_import_down_the_layers_breaks_no_contract(tmp_path):
    build(
        tmp_path,
        {
            "sonar_desktop/bootstrap.py": "import sonar_desktop.db, sonar_desktop.ui.screens",
            "sonar_desktop/ui/screens/board.py": "import sonar_desktop.ui.viewmodels",
            "sonar_desktop/ui/viewmodels/board.py": "import sonar_desktop.usecases, sonar_core",
            "sonar_server/service.py": "import sonar_server.store, sonar_core",
        },
    )
    assert broken_contracts(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "text", "contracts"),
    [
        ("sonar_core/a.py", "import sonar_desktop.usecases", [MEET]),
        ("sonar_core/a.py", "import sonar_server.store", [MEET]),
        ("sonar_desktop/sync/a.py", "import sonar_server.service", [MEET]),
        ("sonar_server/service.py", "import sonar_desktop.db", [MEET]),
        ("sonar_verify/a.py", "import sonar_server.store", [MEET]),
        ("sonar_core/a.py", "import sonar_verify", [MEET]),
        ("sonar_desktop/vault/a.py", "import sonar_recover", [MEET]),
        ("sonar_recover/a.py", "import sonar_server.store", [RECOVER]),
        ("sonar_recover/a.py", "import sonar_desktop.ui.screens", [RECOVER]),
        ("sonar_desktop/usecases/a.py", "import sonar_desktop.db", [DESKTOP]),
        ("sonar_desktop/sync/a.py", "import sonar_desktop.db", [DESKTOP]),
        ("sonar_desktop/db/a.py", "import sonar_desktop.ui.theme", [DESKTOP]),
        ("sonar_desktop/loose.py", "", [DESKTOP]),
        ("sonar_desktop/ui/loose.py", "", [UI]),
        ("sonar_desktop/ui/viewmodels/a.py", "import sonar_desktop.ui.widgets", [UI]),
        ("sonar_desktop/ui/background/a.py", "import sonar_desktop.ui.viewmodels", [UI]),
        ("sonar_desktop/ui/widgets/a.py", "import sonar_desktop.ui.screens", [UI]),
        ("sonar_desktop/ui/screens/a.py", "import sonar_desktop.usecases", [SCREENS]),
        ("sonar_desktop/ui/widgets/a.py", "import sonar_desktop.usecases", [SCREENS]),
        ("sonar_desktop/ui/screens/a.py", "import sonar_desktop.db", [DESKTOP, SCREENS]),
        ("sonar_server/store/a.py", "import sonar_server.api", [SERVER]),
    ],
)
def test_an_import_against_the_layers_is_found(tmp_path, path, text, contracts):
    build(tmp_path, {path: text})
    assert broken_contracts(tmp_path) == contracts


def test_a_cycle_in_the_core_is_found(tmp_path):
    build(
        tmp_path,
        {
            "sonar_core/records.py": "import sonar_core.rules",
            "sonar_core/rules.py": "import sonar_core.records",
        },
    )
    assert broken_contracts(tmp_path) == [CYCLES]
