from __future__ import annotations

import ast
from pathlib import Path

from sonar_server.store import migrate, migrations


def test_a_migration_imports_nothing_of_the_program():
    folder = Path(migrations.__file__).parent
    for file in sorted(folder.glob("m*.py")):
        names = [
            node.module or ""
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom)
        ]
        assert names == ["__future__"], file.name


def test_versions_count_from_one_without_a_gap():
    versions = [step.VERSION for step in migrate.MIGRATIONS]
    assert versions == list(range(1, len(versions) + 1))


def test_nothing_but_the_portable_part_of_sql_is_used():
    statements = " ".join(
        " ".join(statement.upper().split())
        for step in migrate.MIGRATIONS
        for statement in step.STATEMENTS
    )
    words = ("SERIAL", "IDENTITY", "SEQUENCE", "TRIGGER", "FUNCTION", "EXCLUDE", "NOTIFY")
    assert [word for word in words if word in statements] == []
