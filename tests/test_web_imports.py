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
