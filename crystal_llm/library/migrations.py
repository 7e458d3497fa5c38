"""What earlier releases wrote, made into what this one reads.

Each step speaks of tables and JSON as they were then, and of nothing that this release
declares: it stays right whatever changes after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa


def _steps_table() -> sa.Table:
    return sa.Table(
        "crystal_llm_job_steps",
        sa.MetaData(),
        sa.Column("job_id", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("stage", sa.Text, primary_key=True),
        sa.Column("step_json", sa.Text, nullable=False),
        sa.Column("changed_unix_s", sa.Float(53), nullable=False),
    )


def to_version_2(connection: sa.Connection) -> None:
    """One row a step, where a job's crystal had one row with all that was found of it."""
    present = set(sa.inspect(connection).get_table_names())
    if "crystal_llm_job_results" not in present:  # a library without a job
        return
    before = sa.table(
        "crystal_llm_job_results",
        *map(sa.column, ("job_id", "place", "written_json", "verdict_json", "changed_unix_s")),
    )
    after = _steps_table()
    after.create(connection, checkfirst=True)
    jobs = connection.scalars(sa.select(before.c.job_id).distinct()).all()
    for job_id in jobs:  # one at a time: all results at once may not fit into memory
        rows = connection.execute(sa.select(before).where(before.c.job_id == job_id)).all()
        steps = [
            {
                "job_id": row.job_id,
                "place": row.place,
                "stage": stage,
                "step_json": text,
                "changed_unix_s": row.changed_unix_s,
            }
            for row in rows
            for stage, text in _steps(row)
        ]
        if steps:
            connection.execute(sa.insert(after), steps)
    connection.execute(sa.text("DROP TABLE crystal_llm_job_results"))
    stages = sa.table("crystal_llm_job_stages", sa.column("name"))
    connection.execute(sa.update(stages).where(stages.c.name == "judged").values(name="relaxed"))


_MEASURES = {
    "validity": "checked",
    "relaxation": "relaxed",
    "hull": "placed",
    "novelty": "compared",
}
"""Of which step each part of an old verdict is."""


def _steps(row: Any) -> Iterator[tuple[str, str]]:
    try:
        written = json.loads(row.written_json)
        verdict = None if row.verdict_json is None else json.loads(row.verdict_json)
        steps = [("written", {"name": "written", **written, "index": row.place})]
        steps += [
            (name, {"name": name, measure: verdict[measure]})
            for measure, name in _MEASURES.items()
            if verdict is not None and verdict.get(measure) is not None
        ]
    except (ValueError, TypeError, AttributeError):
        # A damaged row stays as it is, and its job says so when it is opened.
        yield "written", row.written_json
        return
    for name, step in steps:
        yield name, json.dumps(step, ensure_ascii=False)


MIGRATIONS: Mapping[int, Callable[[sa.Connection], None]] = {2: to_version_2}
"""By the version that each leads to, from the one before."""
