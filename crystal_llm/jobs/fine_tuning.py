"""How a job fine-tunes a model: its crystals in symmetric form, the training, the new model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.stages import TRAINED, TRANSCRIBED
from crystal_llm.jobs.training_work import TrainingWork

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.language_model.card import ModelCard

_SHOWN_FAILURES = 20


class FineTuneWork(TrainingWork[FineTuneOrder]):
    """One fine-tuning; as :class:`~crystal_llm.jobs.training_work.TrainingWork`."""

    folder_name = "fine-tuning"
    step_name = "fine-tune"

    @classmethod
    def _kind(cls) -> type[FineTuneOrder]:
        return FineTuneOrder

    def _do(self) -> None:
        from crystal_llm.language_model.network import WEIGHTS

        base = self._base()
        if not (self._folder / WEIGHTS).is_file():
            self._train(base, self._rows())
        description = f"{base.title}, fine-tuned on {self._order.count:,} crystals of your own."
        self._keep(self._made(base, self._folder, self._order.name, description))
        self._job.progress(TRAINED.name, self._order.total_of(TRAINED))

    def _rows(self) -> list[SymmetricRow]:
        """The crystals in symmetric form; what has none is named in the log."""
        from crystal_llm.dataset.row_building import SourceCrystal, build_rows
        from crystal_llm.dataset.symmetric_table import symmetric_rows

        self._stage = TRANSCRIBED.name
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
        from crystal_llm.training.compact.fine_tuning import fine_tune
        from crystal_llm.training.compact.lora_run import FineTuning

        assert base.network is not None
        order = self._order
        self._stage = TRAINED.name
        self._job.start_clock(TRAINED.name)
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
            report=lambda line: self._report(line, order.total_of(TRAINED)),
        )
        self._job.log(
            f"{tuned.held_out} crystals held out, nats a crystal: {tuned.before.free_nats:.2f} "
            f"before, {tuned.after.free_nats:.2f} after {tuned.draws} draws; ended: {tuned.ended}"
        )

    def _transcribed(self, done: int, total: int) -> None:
        self._stopped()
        self._tell_progress(TRANSCRIBED, done, total)
