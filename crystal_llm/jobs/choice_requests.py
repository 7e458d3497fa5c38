"""The question of the Explore page: what a model could have written at each place of a crystal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crystal_llm.errors import RequestError
from crystal_llm.generation.choices import Choice, choices_along
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.types import MAX_WRITTEN_ATOMS, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel


@dataclass(frozen=True, slots=True)
class ChoicesQuestion:
    """A crystal along which a model's choices are asked for.

    Attributes:
        request: What the model is asked to write; its first crystal is taken.
        crystal: A crystal that is given instead; None for what the model writes.
        model: Name of the model; None for the worker's own.
        weights: Hash of its weights where the asker knows it, so that an answer of other
            weights is not taken for this one.
    """

    request: GenerationRequest
    crystal: PlainCrystal | None = None
    model: str | None = None
    weights: str | None = None


@dataclass(frozen=True, slots=True)
class ChoicesAnswer:
    """The choices along a crystal, or why there are none.

    Attributes:
        text: The crystal in the model's text.
        choices: Every place where there was a choice, at τ = P = 1.
        model: What was asked.
        failure: Why there are none.
        waited_s: Seconds from the question to the answer.
        whole: True: there is no first look.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    model: str = ""
    failure: str | None = None
    waited_s: float = 0.0
    whole: bool = True


def choices_answer(model: LoadedModel, question: ChoicesQuestion) -> ChoicesAnswer:
    """Writes the crystal, or takes the given one, and asks for the choices along it.

    Raises:
        CrystalLLMError: The crystal cannot be written, or not in the model's text.
    """
    request = question.request
    if question.crystal is None:
        text = _written(model, request)
    else:
        text = _text_of(model, question.crystal)
        # A given crystal keeps none of a request's limits.
        request = GenerationRequest(1, request.conditions, max_atoms=MAX_WRITTEN_ATOMS)
    return ChoicesAnswer(text, choices_along(model, request, text), model.identity)


def _text_of(model: LoadedModel, crystal: PlainCrystal) -> str:
    """A crystal in a model's text.

    Raises:
        CrystalTextError: It cannot be written so.
        SymmetryError: Its symmetry cannot be found.
    """
    if model.text == "coordinate":
        from crystal_llm.text.codec import encode_plain

        return encode_plain(crystal)
    from crystal_llm.crystal.descriptions import arranged
    from crystal_llm.crystal.symmetry_search import symmetric_crystal
    from crystal_llm.text.symmetric_text import encode_symmetric

    return encode_symmetric(arranged(symmetric_crystal(crystal)))


def _written(model: LoadedModel, request: GenerationRequest) -> str:
    from crystal_llm.generation.writer import write_crystals

    written = next(
        iter(write_crystals(model, replace(request, count=1, new_only=False, best_of=1)))
    )
    if written.failure is not None:
        raise RequestError(f"the model wrote no crystal ({written.failure}): try another seed")
    return written.text
