"""What jobs that train a model have in common: their base, their folder, signs of life, the model.

A killed job goes on from what lies in its folder where its worker's home is there, and anew on
another machine. A model is kept in the database, by the name that its job gives it.
"""

from __future__ import annotations

import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from crystal_llm.errors import JobError
from crystal_llm.jobs.handlers import _LIVE_SECONDS, WorkerResources
from crystal_llm.jobs.order import ModelOrderBase, check_weights
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.stages import TRAINED, Stage
from crystal_llm.library.own_models import OwnModels, is_own, model_id_of
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.language_model.card import ModelCard

_TOLD_SECONDS = 1.0

_Order = TypeVar("_Order", bound=ModelOrderBase)


@dataclass(frozen=True, slots=True)
class MadeModel:
    """A model that a job made, as the database keeps it.

    Attributes:
        id: Its name as orders say it.
        title: What its user calls it.
        card: Its card.
        files: Its weights and their shape, by the names of the files.
    """

    id: str
    title: str
    card: str
    files: Mapping[str, bytes]


class TrainingWork(ABC, Generic[_Order]):
    """A job that trains a model, under the hands of a worker.

    Args:
        job: The job's rows.
        means: What the worker lends.
        configured: Where models and the home folder are.
        step: Runs a named step of the job durably: once it has ended it is not run again.
    """

    folder_name: ClassVar[str]
    """Of all such jobs, in the home folder."""

    step_name: ClassVar[str]
    """Of the one durable step."""

    def __init__(
        self,
        job: JobRecord,
        means: WorkerResources,
        configured: Settings,
        step: Callable[[str, Callable[[], None]], None],
    ) -> None:
        self._job, self._means, self._configured, self._step = job, means, configured, step
        order = job.order()
        assert isinstance(order, self._kind())
        self._order = order
        self._stage = ""
        self._looked = self._told_at = 0.0
        self._gone = False
        self._lines = 0

    @classmethod
    @abstractmethod
    def _kind(cls) -> type[_Order]:
        """Of the orders that it does."""

    @abstractmethod
    def _do(self) -> None:
        """Trains the model, from where a killed try stood."""

    def run(self) -> None:
        """Does the job from where it stands.

        Raises:
            CrystalLLMError: It cannot be done; says why.
            JobStopped: It is no longer this worker's.
        """
        self._step(self.step_name, self._do)
        # After the step, since a kill before its end needs the folder again.
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _own(self) -> OwnModels:
        return self._means.own_models(self._job.owner)

    @property
    def _folder(self) -> Path:
        return self._configured.home / self.folder_name / self._job.job_id

    def _base(self) -> ModelCard:
        """The model that is trained on, its weights checked.

        Raises:
            JobError: It is another one than that which the order is for, or of another kind.
        """
        from crystal_llm.language_model.card import find_card
        from crystal_llm.language_model.hashes import check_files

        name = self._order.model or self._configured.model
        # Loaded by the worker's one loader, so that two threads never import transformers at once.
        self._means.model(name, None, self._job)
        card = self._own.fetch(name) if is_own(name) else find_card(name, self._configured.models)
        check_weights(self._order.weights_sha256, card)
        if card.network is None:
            raise JobError(f"{card.name} has no network of its own: it cannot be fine-tuned here")
        check_files(card.network.folder, card.network.sha256)
        return card

    def _made(self, base: ModelCard, folder: Path, title: str, description: str) -> MadeModel:
        """The model whose weights lie in a folder."""
        from crystal_llm.training.compact.network_card import NETWORK_FILES, network_card

        model_id = model_id_of(self._job.job_id)
        lines = network_card(
            folder,
            model_id,
            title=title,
            licence=base.licence,
            description=description,
            training={"made_from": base.name, "job": self._job.job_id},
        )
        files = {name: (folder / name).read_bytes() for name in NETWORK_FILES}
        return MadeModel(model_id, title, "\n".join(lines) + "\n", files)

    def _keep(self, made: MadeModel) -> None:
        """Puts a model where pages and workers find it."""
        self._own.add(made.id, made.title, self._job.job_id, made.card, made.files)

    def _is_gone(self) -> bool:
        """Looks once a second whether the job is no longer wanted."""
        self._means.rest_if_stopping()
        if not self._gone and time.monotonic() - self._looked >= _LIVE_SECONDS:
            self._looked = time.monotonic()
            self._gone = not self._job.wanted()
            if not self._gone:
                self._job.beat(self._stage, ())
        return self._gone

    def _stopped(self) -> bool:
        """Does not return where the job is no longer wanted."""
        if self._is_gone():
            raise JobStopped
        return False

    def _tell_progress(self, stage: Stage, done: int, total: int) -> None:
        """Says how far a stage is, once a second."""
        if time.monotonic() - self._told_at >= _TOLD_SECONDS or done == total:
            self._told_at = time.monotonic()
            self._job.progress(stage.name, done, total)

    def _report(self, line: Mapping[str, Any], most_s: int) -> None:
        """Stores a line of the training's metrics; ``most_s`` seconds are all that it may take."""
        self._job.write_curve(self._lines, line)
        self._lines += 1
        self._job.progress(TRAINED.name, min(round(60 * line["minutes"]), most_s))
