"""The engine: prompts in, crystals out.

Every crystal is legal text: at each place the model's probabilities are renormalised on
the tokens that the grammar allows, then τ and the nucleus apply. Tokens without an
alternative are fed together with the choice before them, a finished crystal leaves the
batch at once, and the next one takes its place.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate

import numpy as np
import torch

from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.best_of import Draws, EnergiesAboveHull, check_energies
from crystal_llm.generation.guidance import GuidedBatch
from crystal_llm.generation.line_likelihood import summed_by_line
from crystal_llm.generation.new_only import NameOfKnown, check_known
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.sampling import choose_tokens, nucleus, restricted_log_probabilities
from crystal_llm.generation.text_format import text_format_of
from crystal_llm.generation.writing_state import WritingState, take_forced
from crystal_llm.language_model.decoder import DecodingBatch
from crystal_llm.language_model.loading import LoadedModel, vocabulary_of
from crystal_llm.types import Conditions

WRITING_BATCH_SIZE = 32
# Up to so many crystals a step is bound by reading the weights, and guesses are all but
# free (benchmarks/generation.py).
_GUESSED_ROWS = 4
_GUESSED_TOKENS = 12


@dataclass(frozen=True, slots=True)
class WritingProgress:
    """How far a run is: crystals done of those asked for, and tokens written."""

    done: int
    count: int
    tokens: int


@dataclass
class _Row:
    """A crystal that is being written."""

    index: int
    state: WritingState
    random: np.random.Generator
    started: float
    draw: int = 0  # number among the crystal's draws
    tokens: list[int] = field(default_factory=list)
    choices: list[tuple[int, float]] = field(default_factory=list)  # place in tokens, ln p
    chosen: int | None = None  # chosen already, when a guess before it turned out wrong


def write_crystals(
    model: LoadedModel,
    request: GenerationRequest,
    *,
    batch_size: int = WRITING_BATCH_SIZE,
    first: int = 0,
    known: NameOfKnown | None = None,
    energies: EnergiesAboveHull | None = None,
    progress: Callable[[WritingProgress], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Written]:
    """Writes crystals, and gives each as soon as it is done.

    Args:
        model: The model.
        request: What is asked.
        batch_size: Crystals written side by side; changes the speed alone.
        first: Index of the first crystal, to go on with a run that was stopped.
        known: Which known structure a crystal is, for a request for new ones alone.
        energies: Energies above hull, for the best of several by energy.
        progress: Called after every step.
        should_stop: Asked after every step; crystals not done are then given up.

    Yields:
        The crystals, in the order in which they end. With any batch size the same
        seed and index give the same crystal (for new ones alone: with the same known ones).

    Raises:
        RequestError: The request is one that the model cannot meet.
    """
    if batch_size < 1:
        raise RequestError(f"batch size = {batch_size}: must be at least 1")
    known = check_known(request, known)
    energies = check_energies(request, energies)
    if model.server is not None:
        from crystal_llm.generation.served_writing import write_served

        count = request.count - first
        yield from write_served(
            model,
            model.server,
            request,
            first=first,
            known=known,
            progress=lambda done, tokens: progress(WritingProgress(done, count, tokens)),
            should_stop=should_stop,
        )
        return
    run = _Run(model, request, batch_size, first, partial(Draws, request.best_of, known, energies))
    while not run.done:
        yield from run.step()
        progress(WritingProgress(run.finished, request.count - first, run.written))
        if should_stop():
            return


class _Run:
    """The state of one call of :func:`write_crystals`."""

    def __init__(
        self,
        model: LoadedModel,
        request: GenerationRequest,
        batch_size: int,
        first: int,
        draws: Callable[[], Draws],
    ) -> None:
        self._model, self._request = model, request
        self._format = text_format_of(model)
        self._format.refuse(request)
        self._column = np.full(max(model.decoder.alphabet) + 1, -1)
        self._column[list(model.decoder.alphabet)] = np.arange(len(model.decoder.alphabet))
        # Draws that wait: index and number.
        self._pending = [
            (index, draw)
            for index in range(first, request.count)
            for draw in range(request.best_of)
        ][::-1]
        self._draws = {index: draws() for index in range(first, request.count)}
        # Draws of the first crystal to begin before any other's: somebody waits for it.
        self._first_draws = request.best_of if request.best_of > 1 else 0
        self._first_waited_for = self._first_draws > 0
        self._rows: list[_Row] = []
        self._batch_size = min(batch_size, max(len(self._pending), 1))
        self._start = self._format.start(request)
        lead = take_forced(self._start)
        opening = self._format.opening(request)
        self._prompt = [*opening, *lead]
        self._lead = lead
        self._tokens = len(opening) + self._format.most_tokens(request)
        self._batch = self._new_batch()
        if request.guidance is not None:
            silent = replace(
                request,
                conditions=Conditions(),
                hard=frozenset(),
                formula_units=None,
                guidance=None,
            )
            free = self._format.opening(silent)
            self._batch = GuidedBatch(
                self._batch, self._new_batch(), [*free, *lead], request.guidance
            )
        self._scores = torch.zeros((0, len(model.decoder.alphabet)), dtype=torch.double)
        self.finished = 0
        self.written = 0

    def _new_batch(self) -> DecodingBatch:
        return self._model.decoder.batch(self._batch_size, self._tokens)

    @property
    def done(self) -> bool:
        return not self._pending and not self._rows

    def step(self) -> list[Written]:
        """Fills the batch, takes one choice and its forced tokens in every crystal."""
        self._admit()
        ended = self._drop_failed()
        if not self._rows:
            return ended
        chosen = self._choose()
        fed: list[list[int]] = []
        for row, token in zip(self._rows, chosen, strict=True):
            row.state.advance(token)
            new = [] if row.state.ended else [token, *take_forced(row.state)]
            row.tokens.extend(new)
            self.written += len(new)
            fed.append(new)
        written = len(ended)
        for place in reversed(range(len(self._rows))):
            if self._rows[place].state.ended:
                ended.extend(self._settled(self._rows[place]))
                self._batch.release(place)
                # The batch moves its last row to the free place; so does this list.
                self._rows[place], fed[place] = self._rows[-1], fed[-1]
                self._rows.pop()
                fed.pop()
        self.finished += len(ended) - written
        if not self._rows:
            self._scores = self._scores[:0]
        elif (
            self._format.guesses
            and self._request.guidance is None
            and len(self._rows) <= _GUESSED_ROWS
            and self._model.decoder.can_retract
        ):
            self._scores = self._feed_with_guesses(fed)
        else:
            self._scores = self._batch.feed(fed).double()
        return ended

    def _feed_with_guesses(self, fed: list[list[int]]) -> torch.Tensor:
        """Feeds tokens with a guess at what follows, and keeps what the model agrees to.

        Returns:
            Scores after the last token kept of each crystal, shape (rows, n_alphabet).
        """
        guesses = [self._guess(row) for row in self._rows]
        after = [
            [len(new) - 1 + place for place in (0, *accumulate(len(part) for part in guess))]
            for new, guess in zip(fed, guesses, strict=True)
        ]
        whole = [
            [*new, *(token for part in guess for token in part)]
            for new, guess in zip(fed, guesses, strict=True)
        ]
        scores = self._batch.feed(whole, after)
        agreeing = []
        first = 0
        for place, (row, guess) in enumerate(zip(self._rows, guesses, strict=True)):
            agreed = 0
            for part in guess:
                [row.chosen] = self._sample(scores[first + agreed][None], [row])
                if row.chosen != part[0]:
                    break
                row.chosen = None
                for token in part:
                    row.state.advance(token)
                row.tokens.extend(part)
                self.written += len(part)
                agreed += 1
            self._batch.retract(place, sum(len(part) for part in guess[agreed:]))
            agreeing.append(scores[first + agreed])
            first += len(guess) + 1
        return torch.stack(agreeing).double()

    def _guess(self, row: _Row) -> list[list[int]]:
        """A legal continuation in parts, each a choice and the tokens that it forces."""
        tokens = self._format.guess(self._text(row))
        state = row.state.copy()
        parts: list[list[int]] = []
        for token in tokens[:_GUESSED_TOKENS]:
            legal = state.legal()
            if token not in legal:
                break
            if len(legal) > 1:
                parts.append([])
            parts[-1].append(token)
            state.advance(token)
        if parts and not state.ended:
            parts[-1].extend(take_forced(state))
        return parts

    def _admit(self) -> None:
        free = self._batch_size - len(self._rows)
        late = bool(self._rows) and not self._model.decoder.admits_late
        copies = min(free, len(self._pending))
        if self._first_waited_for:
            copies = min(copies, self._first_draws)
        if not copies or late:
            return
        self._first_draws -= copies
        now = time.perf_counter()
        for _ in range(copies):
            index, draw = self._pending.pop()
            seed = [self._request.seed, index, draw] if draw else [self._request.seed, index]
            row = _Row(index, self._start.copy(), np.random.default_rng(seed), now, draw)
            row.tokens.extend(self._lead)
            self._rows.append(row)
        scores = self._batch.admit(self._prompt, copies)
        self._scores = torch.cat((self._scores, scores.double()))

    def _drop_failed(self) -> list[Written]:
        """Takes out crystals that cannot be completed, and begins them anew.

        Returns:
            Those that were begun too often, as failures.
        """
        given_up = []
        for place in reversed(range(len(self._rows))):
            row = self._rows[place]
            if row.chosen is not None or len(row.state.legal()):
                continue
            given_up.extend(self._settled(row))
            self._batch.release(place)
            self._rows[place] = self._rows[-1]
            self._rows.pop()
            rows = [*range(place), *range(place + 1, len(self._scores))]
            if place < len(self._rows):
                rows = [*range(place), len(self._scores) - 1, *range(place + 1, len(self._rows))]
            self._scores = self._scores[rows]
        self.finished += len(given_up)
        return given_up

    def _settled(self, row: _Row) -> list[Written]:
        """What the crystal of a row that ended came to; nothing while draws of it are left."""
        draws = self._draws[row.index]
        # One alone has no rival.
        geometry = self._geometry(row) if draws.best_of > 1 else 0.0
        draws.end(row.draw, self._written(row), geometry)
        if draws.under_way:
            return []
        self._first_waited_for = False
        outcome = draws.outcome()
        if isinstance(outcome, Written):
            del self._draws[row.index]  # the rivals go
            return [outcome]
        self._pending.append((row.index, outcome))
        return []

    def _geometry(self, row: _Row) -> float:
        """Log-likelihood of the choices made for a crystal, all but its elements."""
        return math.fsum(
            value
            for place, value in row.choices
            if place == len(row.tokens)  # the end
            or self._label(row.tokens, place) != "element"
        )

    def _label(self, tokens: Sequence[int], place: int) -> str:
        """What kind of thing stands at a place."""
        return self._format.label(tokens[place], tokens[place - 1] if place else None)[0]

    def _choose(self) -> list[int]:
        """The next token of every crystal."""
        open_places = [place for place, row in enumerate(self._rows) if row.chosen is None]
        if open_places:
            rows = [self._rows[place] for place in open_places]
            for row, token in zip(rows, self._sample(self._scores[open_places], rows), strict=True):
                row.chosen = token
        chosen = [row.chosen for row in self._rows if row.chosen is not None]
        for row in self._rows:
            row.chosen = None
        return chosen

    def _sample(self, scores: torch.Tensor, rows: Sequence[_Row]) -> list[int]:
        """One token for each of some crystals, shape (rows, n_alphabet)."""
        values = scores.double().numpy()
        legal = np.zeros(values.shape, dtype=bool)
        for place, row in enumerate(rows):
            legal[place, self._column[np.asarray(row.state.legal())]] = True
        log_probabilities = restricted_log_probabilities(values, legal)
        weights = nucleus(log_probabilities, self._request.temperature, self._request.top_p)
        uniforms = np.array([row.random.random() for row in rows])
        picked = choose_tokens(weights, uniforms)
        for place, row in enumerate(rows):
            row.choices.append((len(row.tokens), float(log_probabilities[place, picked[place]])))
        return [self._model.decoder.alphabet[place] for place in picked]

    def _text(self, row: _Row) -> str:
        """What a crystal says so far, its given beginning included."""
        return self._format.text(self._request, row.tokens)

    def _written(self, row: _Row) -> Written:
        text = self._text(row)
        crystal, failure = None, row.state.failure
        if failure is None:
            try:
                crystal = self._format.crystal(text)
            except CrystalTextError as error:
                failure = str(error)
        return Written(
            id=f"{self._request.seed}-{row.index}",
            crystal=crystal,
            failure=failure,
            index=row.index,
            text=text,
            log_likelihood=math.fsum(value for _, value in row.choices),
            line_log_likelihoods=self._format.by_line(self._request, row.tokens, row.choices),
            prompt=self._format.prompt(self._request),
            seed=self._request.seed,
            model=self._model.identity,
            wall_s=time.perf_counter() - row.started,
        )


@dataclass(frozen=True, slots=True)
class Score:
    """How likely a model finds a text.

    Attributes:
        log_likelihood: Natural log-probability of the text and its end after the prompt,
            over the model's whole vocabulary, unrestricted.
        tokens: How many tokens that is.
        line_log_likelihoods: The same by line of the text, nats; the end counts with the
            last line.
    """

    log_likelihood: float
    tokens: int
    line_log_likelihoods: tuple[float, ...]

    @property
    def perplexity(self) -> float:
        """Exp of the mean loss a token."""
        return float(np.exp(-self.log_likelihood / self.tokens))


def score_texts(
    model: LoadedModel, texts: Sequence[str], prompts: Sequence[str] | None = None
) -> list[Score]:
    """Exact likelihoods of texts.

    Args:
        model: The model.
        texts: Completions: crystal strings, or anything else.
        prompts: One a text, as candidates carry it; None takes the prompt without
            conditions.

    Raises:
        CrystalTextError: A text or prompt for a model of symmetric text is none.
        RequestError: The card of a served model names no tokenizer.
    """
    vocabulary = vocabulary_of(model)
    asked = [
        vocabulary.prompt_of(prompt) for prompt in prompts or [vocabulary.free_prompt] * len(texts)
    ]
    written = [[*vocabulary.ids_of(text), vocabulary.end] for text in texts]
    scores = []
    for ids, values in zip(written, model.decoder.log_probabilities(asked, written), strict=True):
        lines = vocabulary.lines_of(ids)
        last = lines[-1] if lines else 0
        by_line = zip([*lines, last], values.tolist(), strict=True)
        scores.append(
            Score(float(values.double().sum()), len(values), summed_by_line(by_line, last + 1))
        )
    return scores
