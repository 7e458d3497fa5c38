"""How a job fine-tunes a model: its crystals in symmetric form, the training, the new model.

A killed job goes on from its last validation where its worker's home folder is there, and anew
on another machine. The model is kept in the database, by the name that its job gives it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import JobError
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.handlers import _LIVE_SECONDS, WorkerResources
from crystal_llm.jobs.order import check_weights
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.stages import TRAINED, TRANSCRIBED
from crystal_llm.library.own_models import OwnModels, is_own, model_id_of
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.language_model.card import ModelCard

_SHOWN_FAILURES = 20


class FineTuneWork:
    """One fine-tuning under the hands of a worker.

    Args:
        job: The job's rows.
        means: What the worker lends.
        configured: Where models and the home folder are.
        step: Runs a named step of the job durably: once it has ended it is not run again.
    """

    def __init__(
        self,
        job: JobRecord,
        means: WorkerResources,
        configured: Settings,
        step: Callable[[str, Callable[[], None]], None],
    ) -> None:
        self._job, self._means, self._configured, self._step = job, means, configured, step
        order = job.order()
        assert isinstance(order, FineTuneOrder)
        self._order = order
        self._looked = self._reported = 0.0
        self._lines = 0

    def run(self) -> None:
        """Does the job from where it stands.

        Raises:
            CrystalLLMError: It cannot be done; says why.
            JobStopped: It is no longer this worker's.
        """
        self._step("fine-tune", self._fine_tune)

    @property
    def _own(self) -> OwnModels:
        return self._means.own_models(self._job.owner)

    @property
    def _folder(self) -> Path:
        return self._configured.home / "fine-tuning" / self._job.job_id

    def _fine_tune(self) -> None:
        from crystal_llm.language_model.network import WEIGHTS

        base = self._base()
        if not (self._folder / WEIGHTS).is_file():
            self._train(base, self._rows())
        self._keep(base)
        self._job.progress(TRAINED.name, self._order.total_of(TRAINED))
        shutil.rmtree(self._folder, ignore_errors=True)

    def _base(self) -> ModelCard:
        """The model that is fine-tuned, its weights checked.

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

    def _rows(self) -> list[SymmetricRow]:
        """The crystals in symmetric form; what has none is named in the log."""
        from crystal_llm.dataset.row_building import SourceCrystal, build_rows
        from crystal_llm.dataset.symmetric_table import symmetric_rows

        self._job.start_clock(TRANSCRIBED.name)
        sources = [
            SourceCrystal(
                crystal.id,
                crystal.crystal,
                energy_above_hull_ev_per_atom=crystal.energy_above_hull_ev_per_atom,
            )
            for crystal in self._order.crystals
        ]
        built = build_rows(sources, max_atoms=10_000, processes=1, progress=self._transcribed)
        symmetric = symmetric_rows(built.rows)
        failures = (*built.failures, *symmetric.failures)
        for failure in failures[:_SHOWN_FAILURES]:
            self._job.log(f"left out: {failure.material_id}: {failure.reason}")
        left_out = len(failures) + symmetric.too_many_orbits
        self._job.log(f"{len(symmetric.rows)} crystals in symmetric form, {left_out} left out")
        return list(symmetric.rows)

    def _train(self, base: ModelCard, rows: list[SymmetricRow]) -> None:
        from crystal_llm.training.compact.fine_tuning import FineTuning, fine_tune

        assert base.network is not None
        order = self._order
        self._job.start_clock(TRAINED.name)
        self._began = time.monotonic()
        tuned = fine_tune(
            rows,
            base.network.folder,
            self._folder,
            FineTuning(
                minutes=order.minutes,
                patience=order.patience,
                assumed_energy_ev_per_atom=0.03 if order.assume_stable else None,
                seed=order.seed,
            ),
            stopped=self._stopped,
            report=self._report,
        )
        self._job.log(
            f"{tuned.held_out} crystals held out, nats a crystal: {tuned.before.free_nats:.2f} "
            f"before, {tuned.after.free_nats:.2f} after {tuned.draws} draws; ended: {tuned.ended}"
        )

    def _keep(self, base: ModelCard) -> None:
        """Puts the model where pages and workers find it."""
        from crystal_llm.training.compact.network_card import NETWORK_FILES, network_card

        model_id = model_id_of(self._job.job_id)
        lines = network_card(
            self._folder,
            model_id,
            title=self._order.name,
            licence=base.licence,
            description=f"{base.title}, fine-tuned on {self._order.count:,} crystals of your own.",
            training={"made_from": base.name, "job": self._job.job_id},
        )
        files = {name: (self._folder / name).read_bytes() for name in NETWORK_FILES}
        self._own.add(model_id, self._order.name, self._job.job_id, "\n".join(lines) + "\n", files)

    def _transcribed(self, done: int, total: int) -> None:
        self._stopped()
        if time.monotonic() - self._reported > 1.0 or done == total:
            self._reported = time.monotonic()
            self._job.progress(TRANSCRIBED.name, done)

    def _stopped(self) -> bool:
        """Looks once a second whether the job is still wanted; it does not return if not."""
        self._means.rest_if_stopping()
        if time.monotonic() - self._looked >= _LIVE_SECONDS:
            self._looked = time.monotonic()
            if not self._job.wanted():
                raise JobStopped
            self._job.beat("", ())
        return False

    def _report(self, line: dict[str, Any]) -> None:
        self._job.write_curve(self._lines, line)
        self._lines += 1
        most = self._order.total_of(TRAINED)
        self._job.progress(TRAINED.name, min(round(60 * line["minutes"]), most))
