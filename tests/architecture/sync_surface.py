"""What the sync protocol's code offers to the other side, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from tests.architecture.source_tree import Source, dotted

Refusal = tuple[int | None, str]
"""HTTP status and code; None where the status is not written beside the code."""

_METHODS = ("get", "post", "put", "delete", "head", "route")
# Who makes a refusal: its name, the places of status and code among its arguments.
_MAKERS = {"RefusedError": (0, 1), "_refusal": (1, 2)}


def endpoints(sources: Iterable[Source]) -> set[str]:
    """Return `GET /path` of each handler, and of the page that describes them."""
    found = set()
    for node in _nodes(sources):
        match node:
            case ast.AsyncFunctionDef() | ast.FunctionDef():
                found |= {line for mark in node.decorator_list for line in _routes(mark)}
            case ast.Call(func=ast.Name(id="OpenAPIConfig"), keywords=keywords):
                found |= {f"GET {path}" for path in _texts(_keyword(keywords, "path"))}
            case _:
                pass
    return found


def refusals(sources: Iterable[Source]) -> set[Refusal]:
    """Return each status with each code that is refused with it.

    Raises ValueError for a code that is neither written where it is used nor an argument.
    """
    every = list(sources)
    makers: dict[str, tuple[int, int | None]] = {}
    found: set[Refusal] = set()
    for function in _functions(every):
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        for call in _calls(function, _MAKERS):
            at_status, at_code = _MAKERS[dotted(call.func)]
            status, code = _status(call.args[at_status]), call.args[at_code]
            if isinstance(code, ast.Name) and code.id in names:
                makers[function.name] = (names.index(code.id), status)
            elif not isinstance(code, ast.Attribute):
                found |= {(status, text) for text in _written(code)}
    for function in _functions(every):
        for call in _calls(function, makers):
            at_code, status = makers[dotted(call.func)]
            found |= {(status, text) for text in _written(call.args[at_code])}
    return found


def section(page: str, number: int) -> str:
    """Return a numbered section of a page of Markdown."""
    whole = re.search(rf"(?ms)^## {number}\. .*?(?=^## |\Z)", page)
    if whole is None:
        raise ValueError(number)
    return whole[0]


def table(text: str, head: str) -> list[list[str]]:
    """Return the cells of the lines of the table that begins with this column."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def words(cell: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def _nodes(sources: Iterable[Source]) -> Iterator[ast.AST]:
    for source in sources:
        yield from source.nodes


def _functions(sources: Iterable[Source]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in _nodes(sources):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _calls(
    function: ast.FunctionDef | ast.AsyncFunctionDef, named: Iterable[str]
) -> Iterator[ast.Call]:
    wanted = set(named)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and dotted(node.func) in wanted:
            yield node


def _routes(mark: ast.expr) -> Iterator[str]:
    match mark:
        case ast.Call(func=ast.Name(id=method), args=[path, *_]) if method in _METHODS:
            for text in _texts(path):
                yield f"{method.upper()} {text}"
        case _:
            pass


def _keyword(keywords: list[ast.keyword], name: str) -> ast.expr | None:
    return next((one.value for one in keywords if one.arg == name), None)


def _status(node: ast.expr) -> int | None:
    name = dotted(node).rpartition(".")[2]
    return HTTPStatus[name].value if name in HTTPStatus.__members__ else None


def _written(node: ast.expr) -> set[str]:
    found = _texts(node)
    if not found:
        raise ValueError(ast.unparse(node))
    return found


def _texts(node: ast.expr | None) -> set[str]:
    """Return the texts that an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return _texts(body) | _texts(other)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return {text for part in parts for text in _texts(part)}
        case _:
            return set()
