"""Crystal Toolkit's Scene classes, without the import of all of Crystal Toolkit.

``import crystal_toolkit`` brings Dash, scikit-learn and the Materials Project's client: 4 to
8 seconds, which a web process does not have. The classes of a scene stand in one module that
needs only the standard library; it is loaded from the installed package by its file.
``tests/ui/viewer/test_scene.py`` holds our scenes against those that the whole package makes.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from crystal_llm.errors import CrystalLLMError

_WHOLE = "crystal_toolkit.core.scene"
_ALONE = "_crystal_toolkit_scene"


@cache
def scene_classes() -> ModuleType:
    """The module with ``Scene``, ``Spheres``, ``Cylinders``, ``Convex`` and ``Lines``.

    Raises:
        CrystalLLMError: Crystal Toolkit is not installed.
    """
    if _WHOLE in sys.modules:
        return sys.modules[_WHOLE]
    package = importlib.util.find_spec("crystal_toolkit")
    if package is None or package.origin is None:
        raise CrystalLLMError("Crystal Toolkit is not installed: pip install crystal-toolkit")
    file = Path(package.origin).parent / "core" / "scene.py"
    spec = importlib.util.spec_from_file_location(_ALONE, file)
    if spec is None or spec.loader is None:
        raise CrystalLLMError(f"Crystal Toolkit has no {file.name} where it is looked for")
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up by name.
    sys.modules[_ALONE] = module
    spec.loader.exec_module(module)
    return module


def plain_numbers(value: Any) -> Any:
    """Lists of plain numbers from arrays and tuples, rounded to what a screen can show."""
    if isinstance(value, (list, tuple)):
        return [plain_numbers(item) for item in value]
    if hasattr(value, "tolist"):
        return plain_numbers(value.tolist())
    return round(value, 4) if isinstance(value, float) else value
