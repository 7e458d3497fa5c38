"""What the web process imports: the rooms of the user interface, and no network."""

import ast
import subprocess
import sys

from crystal_llm.settings import PACKAGE_ROOT

EVERY_ROOM = """
import importlib, pkgutil, sys
import crystal_llm.ui
for module in pkgutil.walk_packages(crystal_llm.ui.__path__, "crystal_llm.ui."):
    importlib.import_module(module.name)
networks = {"chgnet", "matgl", "peft", "sevenn", "torch", "transformers"}
assert "streamlit" in sys.modules
assert not networks & set(sys.modules), networks & set(sys.modules)
"""


def test_the_user_interface_loads_no_network():
    """In a process of its own: other tests load torch here."""
    done = subprocess.run([sys.executable, "-c", EVERY_ROOM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_router_imports_the_user_interface_alone():
    tree = ast.parse((PACKAGE_ROOT / "app.py").read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    rooms = {name for name in modules if name and name.startswith("crystal_llm.ui.")}
    assert rooms
    assert modules - rooms == {"streamlit"}


MANY_AT_ONCE = """
import ast, importlib, pathlib, sys, threading
sys.setswitchinterval(1e-5)
started, faults = threading.Barrier(6), []
pages = {}
for page in pathlib.Path("pages").glob("*.py"):
    nodes = ast.walk(ast.parse(page.read_text(encoding="utf-8")))
    pages[page.name] = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
def opened(name):
    started.wait()
    try:
        import crystal_llm.ui.rooms
        missing = [room for room in pages[name] if room not in sys.modules]
        assert not [room for room in missing if room.startswith("crystal_llm.ui")], missing
    except BaseException as error:
        faults.append(f"{name}: {error}")
threads = [threading.Thread(target=opened, args=(name,)) for name in sorted(pages)[-6:]]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not faults, faults
"""


def test_pages_that_are_opened_at_the_same_moment_find_every_room_whole():
    done = subprocess.run(
        [sys.executable, "-c", MANY_AT_ONCE], capture_output=True, text=True, cwd=PACKAGE_ROOT
    )
    assert done.returncode == 0, done.stderr[-2000:]
