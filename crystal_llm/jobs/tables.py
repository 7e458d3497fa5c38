"""The tables that client and worker share, beside those of dbos in the same database."""

from __future__ import annotations

import sqlalchemy as sa

# Declares the tables of models and searches, so that whoever opens the database makes them.
from crystal_llm.errors import JobError, LibraryError
from crystal_llm.library import offered_models, own_models, saved_searches  # noqa: F401
from crystal_llm.library.database import METADATA, Database, make_tables, open_database

QUEUE = "crystal-llm"
WORKFLOW = "crystal-llm-job"
QUESTION_QUEUE = "crystal-llm-questions"
QUESTION_WORKFLOW = "crystal-llm-question"
WAKE_WORKFLOW = "crystal-llm-wake"
APPLICATION = "crystal-llm"
APPLICATION_VERSION = "1"
"""Fixed, so that a worker of a later release goes on with the jobs of an earlier one. It
changes when the steps of a job do."""

JOBS = sa.Table(
    "crystal_llm_jobs",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("order_json", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("workflow_id", sa.Text, nullable=False, unique=True),
    sa.Column("created_unix_s", sa.Float(53), nullable=False, index=True),
    sa.Column("started_unix_s", sa.Float(53)),
    sa.Column("ended_unix_s", sa.Float(53)),
    sa.Column("failure", sa.Text),
    sa.Column("worker_id", sa.Text),
)

STAGES = sa.Table(
    "crystal_llm_job_stages",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("working_s", sa.Float(53), nullable=False),
)

STEP_TABLE = sa.Table(
    "crystal_llm_job_steps",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("step_json", sa.Text, nullable=False),
    sa.Column("changed_unix_s", sa.Float(53), nullable=False),
)
"""What each stage did to each crystal; ``place`` is the crystal's index in its job."""

BATCHES = sa.Table(
    "crystal_llm_job_batches",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("batch", sa.Text, primary_key=True),
    sa.Column("ended_unix_s", sa.Float(53), nullable=False),
    sa.Column("worker_id", sa.Text, nullable=False),
)

LOG = sa.Table(
    "crystal_llm_job_log",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), index=True),
    sa.Column("at_unix_s", sa.Float(53), nullable=False),
    sa.Column("line", sa.Text, nullable=False),
)

LIVE = sa.Table(
    "crystal_llm_job_live",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("worked_s", sa.Float(53), nullable=False),
    sa.Column("waited_s", sa.Float(53), nullable=False),
    sa.Column("relaxing_json", sa.Text, nullable=False),
)
"""Where a job is this moment: the seconds that workers had it in all, and those since a crystal
ended; what is being relaxed."""

CURVES = sa.Table(
    "crystal_llm_job_curves",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("line_json", sa.Text, nullable=False),
)
"""The learning curve of a job that trains: the lines of its metrics."""

FINDINGS = sa.Table(
    "crystal_llm_job_findings",
    METADATA,
    sa.Column("job_id", sa.Text, sa.ForeignKey("crystal_llm_jobs.id"), primary_key=True),
    sa.Column("finding_json", sa.Text, nullable=False),
)
"""What a job came to that is more than its crystals: a round of self-improvement."""

QUESTIONS = sa.Table(
    "crystal_llm_questions",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("question_json", sa.Text, nullable=False),
    sa.Column("answer_json", sa.Text),
    sa.Column("asked_unix_s", sa.Float(53), nullable=False, index=True),
    sa.Column("answered_unix_s", sa.Float(53)),
)

WORKERS = sa.Table(
    "crystal_llm_workers",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    # The column's name is that of the first release, which kept a time of day there.
    sa.Column("process_started_unix_s", sa.Float(53), key="process_start", nullable=False),
    sa.Column("started_unix_s", sa.Float(53), nullable=False),
    sa.Column("beats", sa.Integer, nullable=False),
    sa.Column("beat_unix_s", sa.Float(53), nullable=False),
    sa.Column("model_loads", sa.Integer, nullable=False),
    sa.Column("jobs_done", sa.Integer, nullable=False),
)


def open_jobs_database(url: str) -> Database:
    """The database, with the tables of jobs and those of dbos made or checked.

    A client may not enqueue before dbos has made its tables; it makes them itself here, so
    that jobs can be queued before the first worker has ever run.

    Raises:
        JobError: The database cannot be used; nothing in it was changed.
    """
    try:
        database = open_database(url)
        if url not in _prepared:
            make_tables(database)
            _migrate(database)
            _prepared.add(url)
    except LibraryError as error:
        raise JobError(str(error)) from error
    return database


_prepared: set[str] = set()


def _migrate(database: Database) -> None:
    import logging

    from dbos import DBOS

    logging.getLogger("dbos").setLevel(logging.WARNING)
    try:
        DBOS.migrate(database.url)
    except Exception as error:  # dbos passes on what the database's driver raises
        reason = " ".join(str(error).split())
        raise JobError(f"{database.shown}: cannot hold the queue of jobs ({reason})") from error
