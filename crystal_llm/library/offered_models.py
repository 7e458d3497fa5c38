"""Models that a job made and does not recommend: they wait for their owner to take or discard them.

A model that is offered is nowhere chosen from; taken, it is one of the owner's
(:mod:`crystal_llm.library.own_models`).
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from crystal_llm.errors import ModelCardError
from crystal_llm.library.database import METADATA, Database, put
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.own_models import put_model

OFFERED_MODELS = sa.Table(
    "crystal_llm_offered_models",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("job_id", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("card", sa.Text, nullable=False),
)

OFFERED_MODEL_FILES = sa.Table(
    "crystal_llm_offered_model_files",
    METADATA,
    sa.Column(
        "model_id", sa.Text, sa.ForeignKey("crystal_llm_offered_models.id"), primary_key=True
    ),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


class OfferedModels:
    """The models that an owner was offered.

    Args:
        database: Where they are.
        owner: Whose; others' are as if they were not there.
    """

    def __init__(self, database: Database, owner: str = LOCAL_USER) -> None:
        self._database, self._owner = database, owner

    def offer(
        self, model_id: str, title: str, job_id: str, card: str, files: Mapping[str, bytes]
    ) -> None:
        """Offers a model; done again for its job, it takes the place of the one before.

        Args:
            model_id: As :meth:`crystal_llm.library.own_models.OwnModels.add` has it, and so the
                others.
            title: What its user calls it.
            job_id: The job that made it.
            card: Its card.
            files: Its weights and their shape.

        Raises:
            LibraryError: The database does not answer.
        """
        row = {"id": model_id, "owner": self._owner, "job_id": job_id, "title": title, "card": card}
        with self._database.transaction() as connection:
            put(connection, OFFERED_MODELS, row)
            for name, content in files.items():
                file = {"model_id": model_id, "name": name, "content": content}
                put(connection, OFFERED_MODEL_FILES, file)

    def of_job(self, job_id: str) -> str | None:
        """The id of the model that a job offers; None where it offers none (any more)."""
        mine = (OFFERED_MODELS.c.job_id == job_id, OFFERED_MODELS.c.owner == self._owner)
        with self._database.transaction() as connection:
            model_id = connection.scalar(sa.select(OFFERED_MODELS.c.id).where(*mine))
        return None if model_id is None else str(model_id)

    def take(self, job_id: str) -> str:
        """Makes an offered model one of the owner's.

        Returns:
            Its id, by which orders name it.

        Raises:
            ModelCardError: The job offers none.
        """
        with self._database.transaction() as connection:
            row = self._row(connection, job_id)
            chosen = sa.select(OFFERED_MODEL_FILES).where(OFFERED_MODEL_FILES.c.model_id == row.id)
            files = {file.name: file.content for file in connection.execute(chosen)}
            put_model(connection, dict(row._mapping), files)
            _remove(connection, row.id)
        return str(row.id)

    def discard(self, job_id: str) -> None:
        """Removes an offered model for good.

        Raises:
            ModelCardError: The job offers none.
        """
        with self._database.transaction() as connection:
            _remove(connection, self._row(connection, job_id).id)

    def _row(self, connection: sa.Connection, job_id: str) -> sa.Row[tuple[str, ...]]:
        mine = (OFFERED_MODELS.c.job_id == job_id, OFFERED_MODELS.c.owner == self._owner)
        row = connection.execute(sa.select(OFFERED_MODELS).where(*mine)).one_or_none()
        if row is None:
            raise ModelCardError(f"job {job_id[:40]!r} offers no model (any more)")
        return row


def _remove(connection: sa.Connection, model_id: str) -> None:
    connection.execute(
        sa.delete(OFFERED_MODEL_FILES).where(OFFERED_MODEL_FILES.c.model_id == model_id)
    )
    connection.execute(sa.delete(OFFERED_MODELS).where(OFFERED_MODELS.c.id == model_id))
