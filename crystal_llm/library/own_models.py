"""Models that a user fine-tuned: card and weights in the database, so that every machine has them.

The database holds them; a file beside the others is written where one is needed, the card where
a page looks, the weights where a worker writes crystals.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from crystal_llm.errors import LibraryError, ModelCardError
from crystal_llm.language_model.card import OWN, ModelCard, read_card
from crystal_llm.library.database import METADATA, Database, put
from crystal_llm.library.entry import LOCAL_USER

MAX_TITLE_CHARACTERS = 60

MODELS = sa.Table(
    "crystal_llm_models",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("job_id", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("created_unix_s", sa.Float(53), nullable=False),
)

OWN_MODEL_FILES = sa.Table(
    "crystal_llm_model_files",
    METADATA,
    sa.Column("model_id", sa.Text, sa.ForeignKey("crystal_llm_models.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A fine-tuned model.

    Attributes:
        id: Its name as orders say it.
        title: What its user calls it.
        job_id: The job that made it.
        created_unix_s: When.
    """

    id: str
    title: str
    job_id: str
    created_unix_s: float


def model_id_of(job_id: str) -> str:
    """The name of the model that a job makes, always the same."""
    return f"{OWN}{hashlib.sha256(job_id.encode()).hexdigest()[:16]}"


def is_own(name: str) -> bool:
    """Whether a name is that of a fine-tuned model."""
    return re.fullmatch(rf"{OWN}[0-9a-f]{{16}}", name) is not None


def check_title(title: str) -> str:
    """What a model can be called.

    Raises:
        LibraryError: Nothing, or too much.
    """
    if not title.strip() or len(title) > MAX_TITLE_CHARACTERS or not title.isprintable():
        raise LibraryError(
            f"name {title[:MAX_TITLE_CHARACTERS]!r}: use 1 to {MAX_TITLE_CHARACTERS} characters"
        )
    return title.strip()


def put_model(
    connection: sa.Connection, row: Mapping[str, str], files: Mapping[str, bytes]
) -> None:
    """Stores a model with its files, made at this moment."""
    put(connection, MODELS, {**row, "created_unix_s": time.time()})
    for name, content in files.items():
        put(connection, OWN_MODEL_FILES, {"model_id": row["id"], "name": name, "content": content})


class OwnModels:
    """The fine-tuned models of one owner.

    Args:
        database: Where they are.
        folder: Where their files are put on this machine.
        owner: Whose; others' models are as if they were not there.
    """

    def __init__(self, database: Database, folder: Path, owner: str = LOCAL_USER) -> None:
        self._database, self._folder, self._owner = database, folder, owner

    def add(
        self, model_id: str, title: str, job_id: str, card: str, files: Mapping[str, bytes]
    ) -> None:
        """Keeps a model; done again for its job, it takes the place of the one before.

        Args:
            model_id: Of :func:`model_id_of`.
            title: What its user calls it.
            job_id: The job that made it.
            card: Its card, which names a folder ``model_id`` beside it.
            files: What that folder holds, by name.

        Raises:
            LibraryError: The database does not answer.
        """
        row = {
            "id": model_id, "owner": self._owner, "job_id": job_id, "title": title, "card": card,
        }  # fmt: skip
        with self._database.transaction() as connection:
            put_model(connection, row, files)

    def all(self) -> tuple[OwnModel, ...]:
        """The models, newest first; their cards lie on this machine afterwards.

        Raises:
            LibraryError: The database does not answer, or a card cannot be written.
        """
        chosen = sa.select(MODELS).where(MODELS.c.owner == self._owner)
        with self._database.transaction() as connection:
            rows = connection.execute(chosen.order_by(MODELS.c.created_unix_s.desc())).all()
        for row in rows:
            self._put_card(row.id, row.card)
        return tuple(OwnModel(row.id, row.title, row.job_id, row.created_unix_s) for row in rows)

    def of_job(self, job_id: str) -> OwnModel | None:
        """The model that a job made; None where it made none."""
        return next((model for model in self.all() if model.job_id == job_id), None)

    def card(self, model_id: str) -> ModelCard:
        """The card of a model, which lies on this machine afterwards.

        Raises:
            ModelCardError: The owner has no such model.
            LibraryError: The database does not answer, or the card cannot be written.
        """
        return read_card(self._put_card(model_id, self._card(model_id)))

    def fetch(self, model_id: str) -> ModelCard:
        """As :meth:`card`; its weights lie on this machine afterwards too.

        Raises:
            ModelCardError: The owner has no such model.
            LibraryError: The database does not answer, or a file cannot be written.
        """
        text = self._card(model_id)
        folder = self._folder / model_id
        chosen = sa.select(OWN_MODEL_FILES.c.name, OWN_MODEL_FILES.c.content).where(
            OWN_MODEL_FILES.c.model_id == model_id
        )
        if not folder.is_dir():
            with self._database.transaction() as connection:
                files = {str(row.name): bytes(row.content) for row in connection.execute(chosen)}
            _write_folder(folder, files)
        return read_card(self._put_card(model_id, text))

    def rename(self, model_id: str, title: str) -> None:
        """Calls a model something else.

        Raises:
            ModelCardError: The owner has no such model.
            LibraryError: It cannot be called that.
        """
        self._card(model_id)
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(MODELS)
                .where(MODELS.c.id == model_id, MODELS.c.owner == self._owner)
                .values(title=check_title(title))
            )

    def delete(self, model_id: str) -> None:
        """Deletes a model for good; crystals that it wrote stay.

        Raises:
            ModelCardError: The owner has no such model.
        """
        import shutil

        self._card(model_id)
        with self._database.transaction() as connection:
            connection.execute(
                sa.delete(OWN_MODEL_FILES).where(OWN_MODEL_FILES.c.model_id == model_id)
            )
            connection.execute(sa.delete(MODELS).where(MODELS.c.id == model_id))
        (self._folder / f"{model_id}.toml").unlink(missing_ok=True)
        shutil.rmtree(self._folder / model_id, ignore_errors=True)

    def _card(self, model_id: str) -> str:
        mine = (MODELS.c.id == model_id, MODELS.c.owner == self._owner)
        with self._database.transaction() as connection:
            text = connection.scalar(sa.select(MODELS.c.card).where(*mine))
        if text is None:
            raise ModelCardError(f"there is no fine-tuned model {model_id[:40]!r}")
        return str(text)

    def _put_card(self, model_id: str, text: str) -> Path:
        path = self._folder / f"{model_id}.toml"
        try:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                self._folder.mkdir(parents=True, exist_ok=True)
                unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
                unfinished.write_text(text, encoding="utf-8")
                unfinished.replace(path)
        except OSError as error:
            raise LibraryError(f"{path}: cannot be written ({error.strerror})") from error
        return path


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes a folder, whole or not at all; another process may write the same meanwhile."""
    import shutil

    unfinished = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    try:
        unfinished.mkdir(parents=True)
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
        unfinished.rename(folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not folder.is_dir():
            raise LibraryError(f"{folder}: cannot be written ({error.strerror})") from error
