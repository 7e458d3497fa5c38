"""What the house rules say of the code's own text, as far as it can be read off exactly."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from crystal_llm.settings import PACKAGE_ROOT

PACKAGE = PACKAGE_ROOT / "crystal_llm"
OF_EVERY_COMMAND = {"register", "run", "run_list", "run_show", "DESCRIPTION"}
"""What a module of ``cli/`` offers to the parser; each command has its own."""

OF_A_PROCESS = {"main"}
SAYING_NOTHING = {"one", "found", "kept", "told"}


def definitions(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def twice_defined(folder: Path) -> dict[str, list[str]]:
    modules = defaultdict(set)
    for path in folder.rglob("*.py"):
        place = path.relative_to(folder).as_posix()
        for name in definitions(ast.parse(path.read_text(encoding="utf-8"))):
            of_a_command = place.startswith("cli/") and name in OF_EVERY_COMMAND
            if not name.startswith("_") and not of_a_command and name not in OF_A_PROCESS:
                modules[name].add(place)
    return {name: sorted(places) for name, places in modules.items() if len(places) > 1}


def local_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_a_public_name_stands_for_one_thing():
    assert twice_defined(PACKAGE) == {}


def test_what_is_defined_twice_is_found(tmp_path):
    (tmp_path / "cli").mkdir()
    (tmp_path / "a.py").write_text("MAX_ATOMS = 1\n_OWN = 1\nclass Judge: pass\n")
    (tmp_path / "b.py").write_text("MAX_ATOMS: int = 2\n_OWN = 2\n")
    (tmp_path / "cli/c.py").write_text("def run(): pass\ndef Judge(): pass\n")
    (tmp_path / "cli/d.py").write_text("def run(): pass\n")
    assert twice_defined(tmp_path) == {"MAX_ATOMS": ["a.py", "b.py"], "Judge": ["a.py", "cli/c.py"]}


def test_local_names_are_nouns():
    folders = (PACKAGE, PACKAGE_ROOT / "pages", PACKAGE_ROOT / "tests")
    files = [path for folder in folders for path in folder.rglob("*.py")]
    files.append(PACKAGE_ROOT / "app.py")
    bad = [
        f"{path.relative_to(PACKAGE_ROOT)}:{line}: {name}"
        for path in files
        for name, line in local_names(ast.parse(path.read_text(encoding="utf-8")))
        if name in SAYING_NOTHING and (path.name, name) != ("completion.py", "kept")
    ]
    assert bad == []


def test_no_part_of_a_text_stands_alone():
    alone = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.JoinedStr)
    ]
    assert alone == []


def test_no_two_test_files_share_a_name():
    # pytest imports them by their names, and finds the first alone.
    places = defaultdict(list)
    for path in (PACKAGE_ROOT / "tests").rglob("test_*.py"):
        places[path.name].append(path.relative_to(PACKAGE_ROOT).as_posix())
    assert [files for files in places.values() if len(files) > 1] == []
