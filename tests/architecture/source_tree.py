"""Reads the repository for the rules: every file once, every Python file parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sonar_core", "sonar_desktop", "sonar_recover", "sonar_server", "sonar_verify")
NOT_OURS = {"build", "dist", "__pycache__"}
OURS_WITH_A_DOT = {".ci", ".gitignore", ".importlinter"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """One Python file: where it stands below the root, and its text."""

    path: Path
    text: str

    @property
    def module(self) -> str:
        """Dotted name, a package by its own name."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(ast.parse(self.text, filename=str(self.path))))

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """Line and dotted name of everything imported; `from a import b` counts as `a.b`."""
        found: list[tuple[int, str]] = []
        for node in self.nodes:
            match node:
                case ast.Import():
                    found += [(node.lineno, alias.name) for alias in node.names]
                case ast.ImportFrom(module=str(module)):
                    found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
                case ast.Call(args=[ast.Constant(value=str(name)), *_]) if dotted(
                    node.func
                ).endswith(("import_module", "__import__")):
                    found.append((node.lineno, name))
                case _:
                    pass
        return tuple(found)

    @cached_property
    def names(self) -> tuple[tuple[int, str], ...]:
        """Line and dotted name of every name used or imported, the longest form of each."""
        inner = {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        used = [
            (node.lineno, dotted(node))
            for node in self.nodes
            if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner
        ]
        return (*used, *self.imports)

    def place(self, line: int) -> str:
        return f"{self.path.as_posix()}:{line}"


def dotted(node: ast.AST) -> str:
    """`a.b.c` of such an expression; a call or index within it is left out of the name."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}".lstrip(".")
        case ast.Call():
            return dotted(node.func)
        case _:
            return ""


def is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def files(root: Path) -> Iterator[Path]:
    """Every file of ours, relative to `root`, without what tools leave behind."""
    for path in sorted(root.iterdir()):
        hidden = path.name.startswith(".") and path.name not in OURS_WITH_A_DOT
        if hidden or path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from (Path(path.name) / below for below in files(path))
        else:
            yield Path(path.name)


def sources(root: Path, *folders: str) -> list[Source]:
    """Python files below the named folders, or of the whole repository."""
    return [
        Source(path=path, text=(root / path).read_text(encoding="utf-8"))
        for path in files(root)
        if path.suffix == ".py" and (not folders or path.parts[0] in folders)
    ]


def assert_nothing(found: list[str]) -> None:
    """Fails with every complaint in full, one a line."""
    assert not found, "\n" + "\n".join(found)
