"""Measures how the package is built, beside four libraries that are easy to read.

python benchmarks/house.py            prints the table
python benchmarks/house.py --write    brings docs/architecture.md up to date with it
python benchmarks/house.py --twins    prints names that stand more than once

`tests/test_architecture.py` holds the same figures against their limits.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

import networkx as nx

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "toc_sim"

SIDES = (
    ("engine/rules", "engine/reference", "engine/compiled", "engine/compiled/line"),
    (
        "cli",
        "commands",
        "interface",
        "report/text",
        "report/documents",
        "report/figures",
    ),
)
"""Folders that are sides of one thing: a name may stand once on each side. Those of
the second line are sides of what is told of a room, and share names of files only."""

ROOMS = {
    "breakdown": ("experiment", "experiment/breakdown"),
    "theory": ("", "theory/exact"),
    "compare": ("experiment", "experiment/compare"),
    "engine": ("",),
    "lesson": ("",),
    "map": ("experiment",),
    "model": ("network", "scenario"),
    "reach": ("experiment/roadmap",),
    "reconcile": ("calibration",),
    "records": ("",),
    "report": ("",),
    "roadmap": ("experiment",),
    "store": ("experiment", "experiment/store"),
    "sweep": ("experiment", "experiment/sweep"),
}
"""Where a file or folder may stand besides, because it is the room that is told of,
or has the sides."""


@dataclass(frozen=True)
class House:
    """What is measured of the package.

    Attributes
    ----------
    files, lines, code
        How many; lines of code are neither empty nor comments nor docstrings.
    median
        Lines of a file.
    imports
        Other files of the package that a file imports from, on average; also lazily,
        and for types only.
    circles
        Modules in circles of imports, those for types only counted too.
    one_line
        Part of the docstrings of public functions that are one line.
    parameters
        Part of the public functions with parameters that have the section of them.
    """

    files: int
    lines: int
    code: int
    median: float
    imports: float
    circles: int
    one_line: float
    parameters: float


def main() -> int:
    """Print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="the page")
    parser.add_argument("--twins", action="store_true", help="print them")
    asked = parser.parse_args()
    if asked.twins:
        for kind, names in twins().items():
            for name, places in sorted(names.items()):
                print(f"{kind} {name} {len(places)}: {', '.join(places)}")
        return 0
    from house_page import PAGE, parts, table, written

    if asked.write:
        page = written(PAGE.read_text(encoding="utf-8"), parts())
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(table(measured()), end="")
    return 0


def measured() -> House:
    """Return what is measured of the package as it is."""
    paths = sorted(PACKAGE.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    lengths = [text.count("\n") for text in texts]
    graph = imports()
    functions = [each for text in texts for each in public_functions(ast.parse(text))]
    told = [doc for each in functions if (doc := ast.get_docstring(each))]
    taking = [each for each in functions if takes_parameters(each)]
    return House(
        files=len(paths),
        lines=sum(lengths),
        code=sum(map(code_lines, texts)),
        median=median(lengths),
        imports=graph.number_of_edges() / len(paths),
        circles=sum(
            len(group)
            for group in nx.strongly_connected_components(graph)
            if len(group) > 1
        ),
        one_line=sum("\n" not in doc for doc in told) / len(told),
        parameters=sum(map(tells_parameters, taking)) / len(taking),
    )


def imports() -> nx.DiGraph:
    """Return which file of the package imports from which other, wherever it does."""
    files = {module_of(path): path for path in PACKAGE.rglob("*.py")}
    graph = nx.DiGraph()
    graph.add_nodes_from(files)
    for module, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    names.append(inner if inner in files else node.module)
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            graph.add_edges_from((module, name) for name in names if name in files)
    return graph


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def code_lines(text: str) -> int:
    """Return how many lines have code: no comment, no docstring, not nothing."""
    skipped = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
    strings = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node.value.value, str)
    }
    found = {
        line
        for token in tokenize.tokenize(BytesIO(text.encode()).readline)
        if token.type not in skipped
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(found - strings)


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield functions of a module and methods of its classes that anyone may call."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        if isinstance(node, ast.ClassDef) and node.name.startswith("_"):
            continue
        for each in inside:
            if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                yield each


def takes_parameters(function: ast.FunctionDef) -> bool:
    """Return whether a function is given anything but itself."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return bool({*names} - {"self", "cls"})


def tells_parameters(function: ast.FunctionDef) -> bool:
    """Return whether the docstring has the section of numpydoc."""
    return "Parameters\n---" in (ast.get_docstring(function) or "")


def twins() -> dict[str, dict[str, list[str]]]:
    """Return by kind the public names that stand more than once, and where.

    Kinds are modules (folders too), types (classes and aliases) and constants. A name
    that stands on several sides of one thing is none.
    """
    found: dict[str, dict[str, list[str]]] = {
        kind: defaultdict(list) for kind in ("module", "type", "constant")
    }
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        named = place.parent if path.name == "__init__.py" else place.with_suffix("")
        if named.name and named.name != "__main__":
            found["module"][named.name].append(named.as_posix())
        where = place.with_suffix("").as_posix()
        for kind, name in public_names(ast.parse(path.read_text(encoding="utf-8"))):
            found[kind][name].append(where)
    return {
        kind: {
            name: places
            for name, places in sorted(names.items())
            if len(places) > 1 and not is_one_idea(kind, name, places)
        }
        for kind, names in found.items()
    }


def public_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of each public type and constant of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield "type", node.name
        if not isinstance(node, ast.Assign | ast.AnnAssign) or is_type_variable(node):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for name in (each for target in targets for each in ast.walk(target)):
            if isinstance(name, ast.Name) and not name.id.startswith("_"):
                if name.id.isupper():
                    yield "constant", name.id
                elif name.id[0].isupper():
                    yield "type", name.id


def is_type_variable(node: ast.Assign | ast.AnnAssign) -> bool:
    """Return whether an assignment makes a type variable."""
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in {"TypeVar", "ParamSpec"}


def is_one_idea(kind: str, name: str, places: list[str]) -> bool:
    """Return whether these are sides of one thing, each with one place of the name."""
    folders = [place.rpartition("/")[0] for place in places]
    if kind != "module":
        # what is told of a room has no types and constants in common
        return len({*folders}) == len(folders) and {*folders} <= {*SIDES[0]}
    sides = [each for each in folders if each not in ROOMS.get(name, ())]
    return len({*sides}) == len(sides) and any({*sides} <= {*group} for group in SIDES)


if __name__ == "__main__":
    sys.exit(main())
