"""Many relaxations that step together, so that a GPU evaluates their crystals in one pass.

Each relaxation keeps its own optimizer, its own checks and its own end
(:func:`crystal_llm.relaxation.relax.relax_one`, in a thread): only the potential is shared.
A relaxation that asks for forces waits until all the others have asked too; then one pass
answers all. One that ends makes room for the next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.calculator import OnePassCalculator
from crystal_llm.relaxation.device_failures import (
    device_lost,
    free_cached_memory,
    lost_device,
    out_of_memory,
)

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Structure

    from crystal_llm.potentials.potential import BatchPotential, PotentialCard

Results = dict[str, Any]


class LockstepPotential:
    """A potential whose calculators wait for each other.

    Only threads within :meth:`taking_part` may use them: the others wait for every one of
    those.
    """

    def __init__(self, potential: BatchPotential) -> None:
        self._potential = potential
        self._turn = threading.Condition()
        self._taking_part = 0
        self._questions: list[_Question] = []
        self._share_s, self._shared_until = 0.0, time.perf_counter()

    @property
    def card(self) -> PotentialCard:
        """What it is."""
        return self._potential.card

    @contextmanager
    def taking_part(self) -> Iterator[None]:
        """One relaxation, from its beginning to its end."""
        with self._turn:
            self._share_time()
            self._taking_part += 1
        try:
            yield
        finally:
            with self._turn:
                self._share_time()
                self._taking_part -= 1
                # The others may have waited for this one alone.
                self._answer_if_all_asked()

    def clock(self) -> float:
        """Seconds of which each crystal has had its share alone, from any beginning.

        So a limit of time says what a crystal may cost, however many are relaxed beside it.
        """
        with self._turn:
            self._share_time()
            return self._share_s

    def calculator(self) -> OnePassCalculator:
        """An ASE calculator for one relaxation."""
        return OnePassCalculator(self.evaluate)

    def evaluate(self, atoms: Atoms) -> Results:
        """ASE's results, together with what the other relaxations ask.

        Raises:
            PotentialError: The potential cannot serve these atoms.
        """
        question = _Question(atoms)
        with self._turn:
            self._questions.append(question)
            self._answer_if_all_asked()
            while question.answer is None:
                self._turn.wait()
        if isinstance(question.answer, Exception):
            raise question.answer
        return question.answer

    def static_energy_ev_per_atom(self, structure: Structure) -> float:
        """As of the potential, alone."""
        with self._turn:
            return self._potential.static_energy_ev_per_atom(structure)

    def energy_ev_per_atom(self, structure: Structure, raw_ev_per_atom: float) -> float:
        """As of the potential."""
        return self._potential.energy_ev_per_atom(structure, raw_ev_per_atom)

    def _share_time(self) -> None:
        now = time.perf_counter()
        self._share_s += (now - self._shared_until) / max(1, self._taking_part)
        self._shared_until = now

    def _answer_if_all_asked(self) -> None:
        if not self._questions or len(self._questions) < self._taking_part:
            return
        asked, self._questions = self._questions, []
        answers = answers_of(self._potential, [question.atoms for question in asked])
        for question, answer in zip(asked, answers, strict=True):
            question.answer = answer
        self._turn.notify_all()


class _Question:
    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.answer: Results | Exception | None = None


def answers_of(potential: BatchPotential, crystals: Sequence[Atoms]) -> list[Results | Exception]:
    """Results of all; a pass that fails is taken apart, so that one crystal costs no other.

    Args:
        potential: What evaluates.
        crystals: Atoms as ASE has them.

    Returns:
        For each crystal its results or the error that its relaxation shall see.
    """
    try:
        return list(potential.evaluate_many(crystals))
    except Exception as error:  # out of memory, or whatever a potential's library raises
        if device_lost(error):
            return [lost_device(error) for _ in crystals]
        cause = error if isinstance(error, PotentialError) else RuntimeError(str(error))
        no_memory = out_of_memory(error)
    # Not before the error is gone: it holds what the pass has computed.
    if no_memory:
        free_cached_memory()
    if len(crystals) == 1:
        return [cause]
    half = len(crystals) // 2
    return answers_of(potential, crystals[:half]) + answers_of(potential, crystals[half:])
