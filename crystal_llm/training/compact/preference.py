r"""Learning from pairs of crystals of which one is better: direct preference optimisation.

With :math:`x` the prompt, :math:`y_w` the better and :math:`y_l` the worse of two crystals written
for it, the loss is (Rafailov et al., NeurIPS 2023, arXiv:2305.18290, eq. 7)

.. math:: -\log \sigma\left(\beta \log \frac{\pi(y_w|x)}{\pi_\mathrm{ref}(y_w|x)}
          - \beta \log \frac{\pi(y_l|x)}{\pi_\mathrm{ref}(y_l|x)}\right)

where :math:`\pi` is the model with its low-rank matrices and :math:`\pi_\mathrm{ref}` the one
without: the model at the start. A crystal is compared with worse ones of its own composition, or,
where it has none, of its own chemical system: the two stand over one hull then, so what is
learned is which structure, or which stoichiometry, of given elements is stable. Pairs of one
anonymous formula would teach which elements are easy, and the model would keep to those.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.symmetric import SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import (
    CompactVocabulary,
    StatedConditions,
    stated_formula,
)
from crystal_llm.training.checkpoint import StreamPosition, batches_from
from crystal_llm.training.compact.batches import has_tokens, padded_length, rows_of
from crystal_llm.training.compact.config import CompactConfig
from crystal_llm.training.compact.fine_tuning import FEWEST, held_out_compositions, validator_of
from crystal_llm.training.compact.lora_run import (
    FineTuned,
    FineTuning,
    run_config,
    train_matrices,
)
from crystal_llm.training.compact.network import computing_in, padded
from crystal_llm.training.compact.sequences import TrainingSequence, writing_sequence
from crystal_llm.training.compact.validation import CompactValidation

if TYPE_CHECKING:
    import torch

BETA = 0.1
"""How far the model may leave the one at the start: the less, the further."""

PREFERENCE_RATE = 2e-4
"""AdamW's learning rate; what imitates may go five times as fast."""

_LOSERS_HELD_OUT = 3

PreferredPair = tuple[TrainingSequence, TrainingSequence]
"""The better crystal and the worse, each after the same prompt."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A crystal that is better than some others.

    Attributes:
        better: The crystal.
        worse: The others, at least one: of its composition, or else of its chemical system.
    """

    better: SymmetricRow
    worse: tuple[SymmetricRow, ...]


def preferences(better: Sequence[SymmetricRow], worse: Sequence[SymmetricRow]) -> list[Preference]:
    """Sets each better crystal beside the worse ones of its composition, or of its elements.

    One that has neither is left out.
    """
    by_formula: dict[tuple[tuple[str, int], ...], list[SymmetricRow]] = defaultdict(list)
    by_system: dict[frozenset[str], list[SymmetricRow]] = defaultdict(list)
    for row in worse:
        by_formula[stated_formula(row.crystal)].append(row)
        by_system[_system(row)].append(row)
    beside = (
        Preference(
            row,
            tuple(by_formula.get(stated_formula(row.crystal)) or by_system.get(_system(row)) or ()),
        )
        for row in better
    )
    return [preference for preference in beside if preference.worse]


def held_out_preferences(
    given: Sequence[Preference], settings: FineTuning
) -> tuple[list[Preference], list[Preference]]:
    """Splits preferences by composition: no crystal of a pair held out has a twin in training.

    Returns:
        Those to learn and those held out, of which each has at most three worse crystals.

    Raises:
        TrainingError: Too few, or nothing is left on one side.
    """
    if len(given) < FEWEST:
        raise TrainingError(
            f"{len(given)} better crystals have a worse one of their composition or chemical "
            f"system, and {FEWEST} are the fewest to learn from: give more, or of fewer elements"
        )
    generator = random.Random(settings.seed)
    compositions = {stated_formula(preference.better.crystal) for preference in given}
    chosen = held_out_compositions(compositions, settings, generator)
    held = []
    for preference in given:
        if stated_formula(preference.better.crystal) in chosen:
            count = min(_LOSERS_HELD_OUT, len(preference.worse))
            held.append(replace(preference, worse=tuple(generator.sample(preference.worse, count))))
    apart = chosen | {stated_formula(row.crystal) for item in held for row in item.worse}
    learned = [
        Preference(item.better, rest)
        for item in given
        if stated_formula(item.better.crystal) not in apart
        and (rest := tuple(row for row in item.worse if stated_formula(row.crystal) not in apart))
    ]
    if not learned:
        raise TrainingError("all pairs are of a few compositions, so none can be held out")
    return learned, held


def learn_preferences(
    given: Sequence[Preference],
    energy_above_hull_ev_per_atom: float | None,
    base: Path,
    out: Path,
    settings: FineTuning,
    *,
    beta: float = BETA,
    stopped: Callable[[], bool] = lambda: False,
    report: Callable[[dict[str, Any]], None] = lambda line: None,
) -> FineTuned:
    """Fine-tunes a compact model on preferences and writes the merged weights.

    Training ends when the loss of the pairs held out no longer falls. In what is returned,
    crystals are better ones, draws are pairs.

    Args:
        given: What is preferred to what.
        energy_above_hull_ev_per_atom: What the prompt of all of them says; None: nothing.
        base: As of :func:`crystal_llm.training.compact.lora_run.train_matrices`.
        out: As there.
        settings: As there; ``assumed_energy_ev_per_atom`` is not looked at.
        beta: Of the loss, above 0.
        stopped: As there.
        report: As there.

    Raises:
        TrainingError: Too few preferences or compositions; and as there.
    """
    if not beta > 0.0:
        raise TrainingError(f"beta = {beta}: must be above 0")
    vocabulary = CompactVocabulary()
    spelled = [
        Preference(item.better, worse)
        for item in given
        if _can_be_written(item.better, vocabulary)
        and (worse := tuple(row for row in item.worse if _can_be_written(row, vocabulary)))
    ]
    learned, held = held_out_preferences(spelled, settings)
    config = run_config(base, settings)
    prompt = StatedConditions(energy_above_hull_ev_per_atom)
    return train_matrices(
        _Preferring(learned, held, prompt, vocabulary, config, beta),
        base,
        out,
        settings,
        {
            "preferences_sha256": hashlib.sha256(repr((learned, held)).encode()).hexdigest(),
            "prompt_energy_ev_per_atom": energy_above_hull_ev_per_atom,
            "beta": beta,
        },
        stopped=stopped,
        report=report,
    )


def preference_loss(
    better: torch.Tensor,
    worse: torch.Tensor,
    better_at_start: torch.Tensor,
    worse_at_start: torch.Tensor,
    *,
    beta: float,
) -> torch.Tensor:
    """The mean over pairs of the loss of the module's equation, nats.

    Args:
        better: Log-likelihoods of the better crystals, of shape (pairs,), nats.
        worse: Of the worse ones.
        better_at_start: Of the better ones under the model at the start.
        worse_at_start: Of the worse ones under it.
        beta: How far the model may leave that one.
    """
    import torch.nn.functional as F

    margins = (better - better_at_start) - (worse - worse_at_start)
    return -F.logsigmoid(beta * margins).mean()


def log_likelihoods(
    network: Any, sequences: Sequence[TrainingSequence], length: int, rows: int
) -> torch.Tensor:
    """Log-likelihoods of completions under their prompts, of shape (sequences,), nats.

    Args:
        network: Computes them; gradients flow.
        sequences: At most ``rows``.
        length: Padded length.
        rows: Of the batch, filled up with padding, as kernels are built for each shape.
    """
    import torch.nn.functional as F

    ids, weights = (values.to(network.device) for values in padded(sequences, length, rows))
    logits = network(input_ids=ids[:, :-1]).logits.float()
    losses = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
    return -(losses * weights[:, 1:]).sum(dim=1)[: len(sequences)]


class _Preferring:
    """What preference learning learns: to write the better of two crystals rather than before."""

    def __init__(
        self,
        learned: Sequence[Preference],
        held: Sequence[Preference],
        prompt: StatedConditions,
        vocabulary: CompactVocabulary,
        config: CompactConfig,
        beta: float,
    ) -> None:
        self._learned, self._prompt, self._vocabulary = learned, prompt, vocabulary
        self._config, self._beta = config, beta
        better = [replace(item.better, split="val", near_test=False) for item in held]
        self._validator = validator_of(better, vocabulary, config)
        generator = random.Random(config.seed)
        self._held = [
            self._pair(item.better, worse, generator) for item in held for worse in item.worse
        ]
        self.trained, self.held_out = len(learned), len(held)
        self.stride = max(len(learned), 100)

    def batches(self, position: StreamPosition) -> Iterator[tuple[Any, int, StreamPosition]]:
        """Pairs of one padded length; a pool has every better crystal once."""
        for batch, following in batches_from(position, self._pool):
            yield batch, len(batch[0]), following

    def loss(self, network: Any, batch: Any) -> torch.Tensor:
        """The loss of pairs, nats a pair."""
        return preference_loss(*self._compared(network, *batch), beta=self._beta)

    def validation(self, network: Any) -> CompactValidation:
        """Loss and ranking of the pairs held out, and nats of their better crystals."""
        import torch

        judged = self._validator(network, self._config.precision)
        nats, likelier = 0.0, 0
        for pairs, length in self._batches_of(self._held):
            with torch.inference_mode(), computing_in(self._config.precision):
                better, worse, *at_start = self._compared(network, pairs, length)
                nats += len(pairs) * float(
                    preference_loss(better, worse, *at_start, beta=self._beta)
                )
            likelier += int((better > worse).sum())
        count = len(self._held)
        return replace(judged, preference_loss=nats / count, likelier=likelier / count)

    def _compared(
        self, network: Any, pairs: Sequence[PreferredPair], length: int
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Log-likelihoods of better and worse crystals, now and at the start."""
        import torch

        sequences = [pair[0] for pair in pairs] + [pair[1] for pair in pairs]
        rows = 2 * self._pairs_of(length)
        now = log_likelihoods(network, sequences, length, rows)
        with torch.no_grad(), network.disable_adapter():
            start = log_likelihoods(network, sequences, length, rows)
        count = len(pairs)
        return now[:count], now[count:], start[:count], start[count:]

    def _pool(self, number: int) -> list[tuple[list[PreferredPair], int]]:
        generator = random.Random(f"{self._config.seed}/{number}")
        drawn = [
            self._pair(item.better, generator.choice(item.worse), generator)
            for item in self._learned
        ]
        batches = self._batches_of(drawn)
        generator.shuffle(batches)
        return batches

    def _batches_of(self, pairs: Sequence[PreferredPair]) -> list[tuple[list[PreferredPair], int]]:
        groups: dict[int, list[PreferredPair]] = defaultdict(list)
        for pair in pairs:
            length = padded_length(max(len(sequence.ids) for sequence in pair))
            assert length is not None  # crystals that are too long were left out
            groups[length].append(pair)
        batches = []
        for length, group in sorted(groups.items()):
            count = self._pairs_of(length)
            batches += [
                (group[start : start + count], length) for start in range(0, len(group), count)
            ]
        return batches

    def _pairs_of(self, length: int) -> int:
        return max(1, rows_of(length, self._config.tokens_per_step) // 2)

    def _pair(
        self, better: SymmetricRow, worse: SymmetricRow, generator: random.Random
    ) -> PreferredPair:
        return (
            self._sequence(arranged(better.crystal, generator)),
            self._sequence(arranged(worse.crystal, generator)),
        )

    def _sequence(self, crystal: SymmetricCrystal) -> TrainingSequence:
        return writing_sequence(crystal, self._prompt, self._vocabulary)


def _can_be_written(row: SymmetricRow, vocabulary: CompactVocabulary) -> bool:
    """Whether a crystal has tokens, and few enough of them."""
    if not has_tokens(row, vocabulary):
        return False
    sequence = writing_sequence(row.crystal, StatedConditions(0.0), vocabulary)
    return padded_length(len(sequence.ids)) is not None


def _system(row: SymmetricRow) -> frozenset[str]:
    return frozenset(orbit.element for orbit in row.crystal.orbits)
