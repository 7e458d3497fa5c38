"""A study's file: TOML of a user's, or the replay file of a study that was done.

.. code-block:: toml

    models = ["compact"]
    temperatures = [0.5, 0.7, 1.0]
    top_p = [0.8, 0.9, 1.0]
    crystals = 60       # of a cell
    relaxed = 8         # of these
    known = "shipped"   # novelty against the shipped known structures
    [conditions]
    energy_above_hull_ev_per_atom = 0.03
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from crystal_llm.errors import CrystalLLMError, EvaluationError
from crystal_llm.generation.request import MAX_CRYSTALS, GenerationRequest
from crystal_llm.generation.usual import USUAL
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.jobs.order import SHIPPED, Judge, request_with
from crystal_llm.jobs.orders import read_replay, taken_by
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.settings import Settings
from crystal_llm.studies.grid_study import (
    CRYSTALS_IN_A_CELL,
    ROUND_SIZE,
    USUAL_OBJECTIVES,
    GridStudy,
)
from crystal_llm.types import Conditions

MAX_CONFIG_BYTES = 1_000_000

_GRID = (
    *("models", "temperatures", "top_p", "refine", "crystals", "relaxed", "adaptive"),
    *("objectives", "test_crystals"),
)
_OWN = ("count", "conditions", "temperature", "top_p")
_REQUEST = tuple(field.name for field in fields(GenerationRequest) if field.name not in _OWN)
_JUDGE = ("potential", "reference", "across_potentials", "max_force_ev_per_angstrom", "max_steps")
_KEYS = (*_GRID, "refine_steps", "conditions", "known", "judge", "round", *_REQUEST)


def read_study(path: Path, configured: Settings) -> StudyOrder:
    """The study that a file asks for.

    Args:
        path: TOML (``.toml``), or a replay file of a study (YAML).
        configured: Names the model where the file names none.

    Raises:
        EvaluationError: The file cannot be read, has an unknown key, or its grid is impossible.
        RequestError: A cell asks for something impossible.
        JobError: A replay file that holds no order.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        order = read_replay(path)
        if not isinstance(order, StudyOrder):
            raise EvaluationError(
                f"{path}: the replay file of another kind of job ({order.kind}); {taken_by(order)}"
            )
        return order
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise EvaluationError(f"{path}: larger than {MAX_CONFIG_BYTES // 1_000_000} MB")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvaluationError(f"{path}: not TOML ({' '.join(str(error).split())})") from error
    try:
        return study_of(values, configured)
    except CrystalLLMError as error:
        raise type(error)(f"{path}: {error}") from error
    except (RecordError, ValueError, OverflowError) as error:
        raise EvaluationError(f"{path}: {error}") from error


def study_of(values: Mapping[str, Any], configured: Settings) -> StudyOrder:
    """The study that plain values ask for.

    Raises:
        EvaluationError: An unknown key, or the grid is impossible.
        RequestError: A cell asks for something impossible.
        RecordError: A value is of another kind than its name says.
    """
    if unknown := [name for name in values if name not in _KEYS]:
        raise EvaluationError(f"{', '.join(unknown)}: not known here; use {', '.join(_KEYS)}")
    said = values.get("conditions", {})
    prompts = said if isinstance(said, list) else []
    request = request_with(
        USUAL, count=_count(values), **_requested(values),
        **_conditions(prompts[0] if prompts else {} if said == [] else said),
    )  # fmt: skip
    plain = {
        "models": [_model(model) for model in _list(values, "models", [configured.model])],
        "temperatures": _list(values, "temperatures", []),
        "top_ps": _list(values, "top_p", []),
        "request": to_plain(request),
        "conditions": [
            to_plain(request_with(USUAL, **_conditions(prompt)).conditions) for prompt in prompts
        ],
        "relaxed": values.get("relaxed", 0),
        "adaptive": values.get("adaptive", True),
        "objectives": _list(values, "objectives", list(USUAL_OBJECTIVES)),
        "refinements": _refinements(values),
        "test_crystals": values.get("test_crystals", 0),
    }
    study = from_plain(GridStudy, plain, "study")
    order = StudyOrder(
        study, _judge(values), values.get("round", ROUND_SIZE), _refine(values, study)
    )
    order.check()
    return order


def _refinements(values: Mapping[str, Any]) -> list[Any]:
    value = values.get("refine", False)
    return list(value) if isinstance(value, list) else [value]


def _refine(values: Mapping[str, Any], study: GridStudy) -> Refine | None:
    steps = values.get("refine_steps")
    if not any(study.refinements):
        if steps is not None:
            raise EvaluationError("refine_steps: nothing is refined; give refine = true too")
        return None
    refine: Refine = from_plain(Refine, {"steps": steps}, "refine")
    return refine


def _judge(values: Mapping[str, Any]) -> Judge:
    said = values.get("judge", {})
    if not isinstance(said, Mapping):
        raise EvaluationError("judge: a table, [judge]")
    if unknown := [name for name in said if name not in _JUDGE]:
        raise EvaluationError(f"judge.{unknown[0]}: not known here; use {', '.join(_JUDGE)}")
    usual = to_plain(Judge())
    relaxation = dict(usual["relaxation"])
    for name in ("max_force_ev_per_angstrom", "max_steps"):
        relaxation[name] = said.get(name, relaxation[name])
    rest = {name: said[name] for name in _JUDGE[:3] if name in said}
    if rest.get("reference") == "none":
        rest["reference"] = None
    known = values.get("known", SHIPPED)
    if not isinstance(known, str):
        raise EvaluationError('known: "shipped", "none" or the path of a table')
    plain = usual | rest | {"relaxation": relaxation, "known": None if known == "none" else known}
    judge: Judge = from_plain(Judge, plain, "judge")
    return judge


def _model(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _list(values: Mapping[str, Any], name: str, usual: list[Any]) -> list[Any]:
    value = values.get(name, usual)
    if not isinstance(value, list):
        raise EvaluationError(f"{name}: a list, in brackets")
    return value


def _count(values: Mapping[str, Any]) -> int:
    value = values.get("crystals", CRYSTALS_IN_A_CELL)
    if isinstance(value, bool) or not isinstance(value, int):
        raise EvaluationError("crystals: a whole number, how many in each cell")
    if not 1 <= value <= MAX_CRYSTALS:
        raise EvaluationError(f"crystals = {value:,}: from 1 to {MAX_CRYSTALS:,} in a cell")
    return value


def _requested(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: values[name] for name in _REQUEST if name in values}
    usual = to_plain(USUAL) | plain
    # A condition that must hold is checked with the conditions, which are not here yet.
    held = usual.pop("hard", [])
    read = from_plain(GenerationRequest, usual, "study")
    said = {name: getattr(read, name) for name in plain if name != "hard"}
    return said | ({"hard": held} if held else {})


def _conditions(said: Any) -> dict[str, Any]:
    plain = from_plain(Conditions, said, "conditions")
    return {field.name: getattr(plain, field.name) for field in fields(Conditions)}
