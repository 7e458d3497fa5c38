"""How long work takes on this machine, by the jobs that it has done."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crystal_llm.jobs.stages import COMPETITORS, GENERATED, UNTIMED
from crystal_llm.jobs.tables import JOBS, STAGES
from crystal_llm.library.entry import LOCAL_USER

if TYPE_CHECKING:
    from crystal_llm.jobs.generate_order import GenerateOrder
    from crystal_llm.library.database import Database

_JOBS_LOOKED_AT = 200
_JOBS_COUNTED = 10
_LEAST_CRYSTALS = 4
"""A job of fewer says more of how long a model takes to load."""


def stage_paces(
    database: Database,
    model: str,
    potential: str | None,
    owner: str = LOCAL_USER,
    *,
    least_s: float = 0.0,
) -> dict[str, float]:
    """Seconds a crystal by stage, the median of the newest jobs that worked alike.

    Writing is that of jobs by the same model, for each crystal that was written, of which the best
    of several were kept; what follows that of jobs under the same
    potential. A stage of which nothing is known is left out.

    Args:
        database: Where the jobs are.
        model: Name of the model.
        potential: Name of the potential; None where nothing is judged.
        owner: Whose jobs.
        least_s: Stages that worked no longer, in seconds, are left out.
    """
    newest = (
        sa.select(JOBS.c.id)
        .where(JOBS.c.owner == owner, JOBS.c.kind == "generate")
        .order_by(JOBS.c.created_unix_s.desc())
        .limit(_JOBS_LOOKED_AT)
    )
    chosen = (
        sa.select(JOBS.c.order_json, STAGES.c.place, STAGES.c.name, STAGES.c.done)
        .add_columns(STAGES.c.working_s)
        .join(STAGES, STAGES.c.job_id == JOBS.c.id)
        .where(
            JOBS.c.id.in_(newest), STAGES.c.done >= _LEAST_CRYSTALS, STAGES.c.working_s > least_s
        )
        .order_by(JOBS.c.created_unix_s.desc())
    )
    with database.transaction() as connection:
        rows = connection.execute(chosen).all()
    paces_by_stage: dict[str, list[float]] = {}
    for row in rows:
        order: Mapping[str, Any] = json.loads(row.order_json)
        judge = order.get("judge") or {}
        alike = (
            order.get("model") == model
            if row.place == 0
            else potential is not None and judge.get("potential") == potential
        )
        paces = paces_by_stage.setdefault(row.name, [])
        if alike and len(paces) < _JOBS_COUNTED:
            written_each = int(order.get("best_of") or 1) if row.place == 0 else 1
            paces.append(row.working_s / (row.done * written_each))
    return {name: statistics.median(paces) for name, paces in paces_by_stage.items() if paces}


def seconds_needed(order: GenerateOrder, paces: Mapping[str, float]) -> float | None:
    """Seconds that an order will take by the paces of its stages; None where one is unknown.

    Only stages that a page shows must be known; the others cost next to nothing.
    """
    names = {stage.name for stage in order.stages} - {COMPETITORS.name}  # counts other crystals
    needed = {stage.name for stage in order.stages if stage.caption} - UNTIMED
    if needed - paces.keys():
        return None
    times = {GENERATED.name: order.request.best_of}
    return order.count * sum(
        pace * times.get(name, 1) for name, pace in paces.items() if name in names
    )
