"""What a job can be asked about refining: the part that every order has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.errors import FlowError, JobError, ModelCardError
from crystal_llm.flow.card import DEFAULT_FLOW, FlowCard, find_flow_card, read_flow_card
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.jobs.stages import REFINED, Stage

if TYPE_CHECKING:
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.settings import Settings


@dataclass(frozen=True, slots=True)
class Refine:
    """How crystals are refined before they are relaxed.

    Attributes:
        network: Name of the flow's card.
        weights_sha256: Hash of its weights; another network of that name is refused.
        steps: Euler steps; None for the card's own.
        keep_space_group: Average the velocity over the operations of each crystal's space
            group.
        passes: How often the steps are gone; None for the card's own.
    """

    network: str = DEFAULT_FLOW
    weights_sha256: str | None = None
    steps: int | None = None
    keep_space_group: bool = True
    passes: int | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done to a crystal that is refined."""
        return (REFINED,)

    def check(self) -> None:
        """Refuses steps and passes that cannot be taken.

        Raises:
            JobError: Fewer than 1, or more than are allowed.
        """
        try:
            SamplerSettings(
                steps=1 if self.steps is None else self.steps,
                passes=1 if self.passes is None else self.passes,
            )
        except FlowError as error:
            raise JobError(f"refine: {error}") from error

    def settings_for(self, card: FlowCard) -> SamplerSettings:
        """How a network's velocity is followed.

        Raises:
            JobError: The network is another one than that which is asked for.
        """
        here = card.weights.sha256
        if self.weights_sha256 not in (None, here):
            raise JobError(
                f"the order is for weights {str(self.weights_sha256)[:12]} of the flow "
                f"{self.network}, and those here are {here[:12]}: put those back, or leave "
                "weights_sha256 out"
            )
        return SamplerSettings(
            steps=card.steps if self.steps is None else self.steps,
            keep_space_group=self.keep_space_group,
            passes=card.passes if self.passes is None else self.passes,
        )

    def flow_by(self, load: Callable[[str], LoadedFlow]) -> tuple[LoadedFlow, SamplerSettings]:
        """The network, loaded by its name, and how its velocity is followed.

        Raises:
            JobError: As :meth:`settings_for`.
        """
        loaded = load(self.network)
        return loaded, self.settings_for(loaded.card)

    def with_weights(self, configured: Settings) -> Refine:
        """The same with the weights, steps and passes that are here now, where it names none."""
        try:
            card = shipped_flow(configured.models, self.network)
        except ModelCardError:
            return self  # the card may be on the worker's machine alone
        return replace(
            self,
            weights_sha256=self.weights_sha256 or card.weights.sha256,
            steps=self.steps or card.steps,
            passes=self.passes or card.passes,
        )


def shipped_flow(models: Path, name: str = DEFAULT_FLOW) -> FlowCard:
    """The card of a flow.

    Raises:
        ModelCardError: There is none of that name, or it is a bad one.
    """
    return read_flow_card(find_flow_card(name, models))


def usual_refine(configured: Settings) -> Refine | None:
    """How crystals are refined here where nothing is said of it: relaxations are shorter.

    Args:
        configured: Where the network lies; without it nothing is refined.
    """
    try:
        shipped_flow(configured.models)
    except ModelCardError:
        return None
    return Refine()
