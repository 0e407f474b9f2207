"""How well the source reads as a house: its rooms, the arrows between them, its sizes: `python -m benchmarks.house`.

A room is a module or a package that lies directly in a folder; an arrow leads from a room to one that it imports.
It counts a git checkout as it lies on the disk, by default this one (`--root` names another).
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import resolve_name
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = {"tests", "benchmarks"}  # they may look at everything, and nothing looks at them
FOLDERS = ("services", "handlers", "views")

FILE_LINES = 350
CLASS_LINES = 200
FOLDER_FILES = 12
HANDLER_LINES = 20
COPIED_LINES = 6  # as many lines that occur twice are a copy

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Arrow:
    """An import, as dotted names of modules, and where it stands."""

    importer: str
    imported: str
    inside_function: bool
    for_types: bool


@dataclass(frozen=True)
class Source:
    """The Python files of a folder, hidden folders aside."""

    root: Path
    files: tuple[Path, ...]

    def within(self, *folders: str) -> list[Path]:
        """Return the files below these folders."""
        return [file for file in self.files if file.relative_to(self.root).parts[0] in folders]

    def product(self) -> list[Path]:
        """Return the files that are neither tests nor benchmarks, nor migrations, which never change again."""
        code = (file for file in self.files if file.relative_to(self.root).parts[0] not in OUTSIDE)
        return [file for file in code if self.name(file.parent) != "migrations/versions"]

    def name(self, file: Path) -> str:
        """Return a file's path below the root."""
        return file.relative_to(self.root).as_posix()


def read_source(root: Path = ROOT) -> Source:
    """Find the Python files of a checkout."""
    folders = (path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    return Source(root, tuple(sorted([*root.glob("*.py"), *(file for path in folders for file in path.rglob("*.py"))])))


def entries(root: Path) -> set[str]:
    """Return the names at the root that git knows or would add."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\0")
    return {top for name in names if (top := name.split("/")[0]) and (root / top).exists()}


@cache
def parsed(file: Path) -> ast.Module:
    """Parse a file, once."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Everything in its syntax tree."""
    return tuple(ast.walk(parsed(file)))


def lines(file: Path) -> int:
    """Count the lines of a file."""
    return file.read_text(encoding="utf-8").count("\n")


def span(node: ast.stmt) -> int:
    """Count the lines of a statement, without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(file: Path) -> Iterator[Function]:
    """Yield the functions and methods of a file."""
    return (node for node in nodes(file) if isinstance(node, Function))


def classes(file: Path) -> Iterator[ast.ClassDef]:
    """Yield the classes of a file."""
    return (node for node in nodes(file) if isinstance(node, ast.ClassDef))


def body_lines(function: Function) -> int:
    """Count the lines of a function's body, its docstring aside."""
    body = function.body[ast.get_docstring(function) is not None :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def signature_lines(function: Function) -> int:
    """Count the lines from `def` to the colon."""
    return max(1, function.body[0].lineno - function.lineno)


def repeated_classes(source: Source) -> dict[str, list[str]]:
    """Return the class names that stand in several places, with their files; tables and tests aside."""
    found = defaultdict(list)
    for file in source.product():
        if file not in source.within("models"):
            for node in classes(file):
                found[node.name].append(source.name(file))
    return {name: places for name, places in sorted(found.items()) if len(places) > 1}


# --- imports ----------------------------------------------------------------------------------------------------------


def module_of(source: Source, file: Path) -> str:
    """Return the dotted name of a file; a package's own file is named like the package."""
    return ".".join(file.relative_to(source.root).with_suffix("").parts).removesuffix(".__init__")


def package_of(source: Source, file: Path) -> str:
    """Return the dotted name of the package that a file lies in."""
    return ".".join(file.relative_to(source.root).parent.parts)


def arrows(source: Source) -> list[Arrow]:
    """Return every import of one module of the product by another."""
    files = {module_of(source, file): file for file in source.product()}
    return [
        Arrow(importer, imported, inside_function, for_types)
        for importer, file in files.items()
        for name, inside_function, for_types in imports(parsed(file))
        if (imported := longest_known(resolve_name(name, package_of(source, file)), files.keys()))
        if imported != importer
    ]


def imports(node: ast.AST, inside_function: bool = False, for_types: bool = False) -> Iterator[tuple[str, bool, bool]]:
    """Yield imported names as they are written, whether inside a function, and whether for types only."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, inside_function, for_types) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = "." * node.level + (f"{node.module}." if node.module else "")
        yield from ((start + alias.name, inside_function, for_types) for alias in node.names)
    inside_function |= isinstance(node, Function)
    for_types |= isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    for child in ast.iter_child_nodes(node):
        yield from imports(child, inside_function, for_types)


def longest_known(name: str, known: Iterable[str]) -> str | None:
    """Return the module that a dotted name lies in, of those known."""
    parts = name.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((candidate for candidate in names if candidate in known), None)


def rooms(source: Source, folder: str) -> set[str]:
    """Return the modules and packages that lie directly in a folder; an empty name means the root."""
    start = Path(folder).parts
    parts = (file.relative_to(source.root).with_suffix("").parts for file in source.product())
    return {part[len(start)] for part in parts if part[: len(start)] == start and len(part) > len(start)} - {"__init__"}


def between(found: Iterable[Arrow], inside: set[str], folder: str) -> dict[str, set[str]]:
    """Return which rooms of a folder import which others of it."""
    graph: dict[str, set[str]] = {room: set() for room in inside}
    prefix = f"{folder}." if folder else ""
    for arrow in found:
        if arrow.importer.startswith(prefix) and arrow.imported.startswith(prefix):
            importer, imported = (name.removeprefix(prefix).split(".")[0] for name in (arrow.importer, arrow.imported))
            if {importer, imported} <= inside and importer != imported:
                graph[importer].add(imported)
    return graph


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the largest sets of rooms that reach each other."""
    reached = {room: reachable(graph, room) for room in graph}
    found: list[set[str]] = []
    for room in sorted(graph):
        circle = {other for other in reached[room] if room in reached[other]}
        if circle and circle not in found:
            found.append(circle)
    return found


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the rooms that a room leads to, itself only over others."""
    seen: set[str] = set()
    waiting = set(graph[start])
    while waiting:
        seen.add(room := waiting.pop())
        waiting |= graph[room] - seen
    return seen


def floors(graph: Mapping[str, set[str]]) -> int:
    """Return the length of the longest chain of rooms; a circle counts as one room."""
    home = {room: room for room in graph} | {room: min(circle) for circle in circles(graph) for room in circle}
    below: dict[str, set[str]] = defaultdict(set)
    for room, others in graph.items():
        below[home[room]] |= {home[other] for other in others} - {home[room]}

    @cache
    def height(room: str) -> int:
        return 1 + max(map(height, below[room]), default=0)

    return max(map(height, set(home.values())), default=0)


def layers() -> list[list[str]]:
    """Return the rooms of services by layer, from the highest on, as the linter of imports has them."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = tools["importlinter"]["contracts"]
    (layered,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["services"])
    return [layer.split(" | ") for layer in layered]


def upwards(graph: Mapping[str, set[str]], rank: Mapping[str, int]) -> list[str]:
    """Return the arrows from a room of a lower layer to one of a higher layer; rank 0 is the highest."""
    pairs = ((room, other) for room in sorted(graph) for other in sorted(graph[room]) if {room, other} <= rank.keys())
    return [f"{room} → {other}" for room, other in pairs if rank[room] > rank[other]]


# --- copies -----------------------------------------------------------------------------------------------------------


def copies(files: Iterable[Path]) -> tuple[int, int]:
    """Count the places that share a run of lines with another one, and their pairs.

    Imports, docstrings, comments and blank lines are left out.
    """
    text = [line for file in files for line in (*normalised(file), f"end of {file}")]
    places = defaultdict(list)
    for start in range(len(text) - COPIED_LINES + 1):
        places[tuple(text[start : start + COPIED_LINES])].append(start)
    pairs = [
        (first, second)
        for starts in places.values()
        for first, second in combinations(starts, 2)
        if not first or text[first - 1] != text[second - 1]  # where a run begins: it is counted once
    ]
    return len({place for pair in pairs for place in pair}), len(pairs)


def normalised(file: Path) -> list[str]:
    """Return the lines of a file that count as code, without indentation and comments at their end."""
    left_out = {
        number
        for node in nodes(file)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    numbered = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    code = (line.split("  # ")[0].strip() for number, line in numbered if number not in left_out)
    return [line for line in code if line and not line.startswith("#")]


# --- report -----------------------------------------------------------------------------------------------------------


def sizes(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the files and lines of each folder, and what is larger than it should be."""
    yield "entries at the root", str(len(entries(source.root)))
    folders: dict[str, list[Path]] = defaultdict(list)
    for file in source.files:
        folders[source.name(file.parent) if file.parent != source.root else "(root)"].append(file)
    for folder, files in sorted(folders.items()):
        yield f"  {folder}", f"{len(files):3} files {sum(map(lines, files)):6} lines"
    yield (
        f"folders over {FOLDER_FILES} files",
        listed(f"{folder} {len(files)}" for folder, files in sorted(folders.items()) if len(files) > FOLDER_FILES),
    )
    yield (
        f"files over {FILE_LINES} lines",
        listed(f"{source.name(file)} {lines(file)}" for file in source.product() if lines(file) > FILE_LINES),
    )
    yield (
        f"classes over {CLASS_LINES} lines",
        listed(
            f"{node.name} {span(node)}"
            for file in source.product()
            for node in classes(file)
            if span(node) > CLASS_LINES
        ),
    )


def structure(source: Source) -> Iterator[tuple[str, str]]:
    """Yield rooms, arrows, floors and circles."""
    found = arrows(source)
    pairs = {(arrow.importer, arrow.imported) for arrow in found}
    late = {(arrow.importer, arrow.imported) for arrow in found if arrow.inside_function}
    typed = pairs - {(arrow.importer, arrow.imported) for arrow in found if not arrow.for_types}
    modules: dict[str, set[str]] = {name: set() for pair in pairs for name in pair}
    for importer, imported in pairs:
        modules[importer].add(imported)
    yield "arrows between modules", f"{len(pairs)} ({len(late)} inside a function, {len(typed)} for types only)"
    yield "circles between modules", listed(" ".join(sorted(circle)) for circle in circles(modules))
    for folder in ("", *FOLDERS):
        graph = between(found, rooms(source, folder), folder)
        count = sum(map(len, graph.values()))
        round_trips = listed(" ".join(sorted(circle)) for circle in circles(graph))
        yield (
            f"  {folder or '(root)'}",
            f"{len(graph)} rooms, {floors(graph)} floors, {count} arrows, circles: {round_trips}",
        )
    graph = between(found, rooms(source, "services"), "services")
    rank = {room: place for place, layer in enumerate(layers()) for room in layer}
    placed = len(graph.keys() & rank.keys())
    yield "arrows upwards in services", f"{listed(upwards(graph, rank))}; {placed} of {len(graph)} rooms have a layer"


def repetitions(source: Source) -> Iterator[tuple[str, str]]:
    """Yield what is said more than once, and the shape of the handlers."""
    handlers = source.within("handlers")
    everything = [function for file in handlers for function in functions(file)]
    coroutines = [function for function in everything if isinstance(function, ast.AsyncFunctionDef)]
    asserts = Counter(
        file.relative_to(source.root).parts[0]
        for file in source.product()
        for node in nodes(file)
        if isinstance(node, ast.Assert)
    )
    places, pairs = copies(handlers)
    yield f"copies in handlers (≥ {COPIED_LINES} lines)", f"{places} places, {pairs} pairs"
    signatures, bodies = (sum(map(count, coroutines)) for count in (signature_lines, body_lines))
    yield "handlers", f"{len(coroutines)} coroutines, {signatures} lines of signature, {bodies} of body"
    yield (
        f"functions over {HANDLER_LINES} lines in handlers",
        listed(f"{node.name} {body_lines(node)}" for node in everything if body_lines(node) > HANDLER_LINES),
    )
    yield "class names defined more than once", listed(repeated_classes(source))
    by_area = ", ".join(f"{area} {count}" for area, count in sorted(asserts.items()))
    yield "asserts outside tests", f"{asserts.total()} ({by_area})"


def listed(items: Iterable[str]) -> str:
    """Return how many items there are, and which."""
    items = list(items)
    return f"{len(items)} ({', '.join(items)})" if items else "0"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="a checkout to count instead of this one")
    measured = read_source(parser.parse_args().root.resolve())
    for figures in (sizes, structure, repetitions):
        for label, figure in figures(measured):
            print(f"{label:44} {figure}")
