"""What an order may name: a user who signed in reaches nothing of this machine by a path or an id.

The local user, who has a shell here anyway, may name any file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crystal_llm.errors import JobError, ModelCardError
from crystal_llm.flow.card import find_flow_card
from crystal_llm.jobs.order import SHIPPED
from crystal_llm.jobs.orders import Order
from crystal_llm.language_model.card import card_names
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.own_models import OwnModels, is_own
from crystal_llm.settings import Settings
from crystal_llm.stability.references.reference_catalogue import find_references


def check_models(names: Sequence[str], owner: str, configured: Settings, own: OwnModels) -> None:
    """Refuses models that an owner may not use.

    Args:
        names: Of models, as orders and questions say them.
        owner: Who asks.
        configured: Where the shipped models are.
        own: The owner's fine-tuned models.

    Raises:
        JobError: There is no such model for the owner.
    """
    for name in names:
        if is_own(name):
            try:
                own.card(name)
            except ModelCardError as error:
                raise JobError(str(error)) from error
        elif owner != LOCAL_USER and name not in card_names(configured.models):
            raise JobError(f"there is no model {name[:40]!r} here")


def check_order_files(order: Order, owner: str, configured: Settings) -> None:
    """Refuses files that an owner may not have read.

    Args:
        order: What is asked.
        owner: Who asks.
        configured: Where models and references are.

    Raises:
        JobError: A reference, table or flow is none of those that the pages offer.
    """
    if owner == LOCAL_USER:
        return
    for judge in order.judges:
        entries = find_references(configured.models, configured.home).entries
        offered = {str(entry.path) for entry in entries}
        offered |= {str(path) for path in configured.models.glob("known*.parquet")}
        for file in (judge.reference, judge.known):
            if file not in (None, SHIPPED) and file not in offered:
                raise JobError("the order names a file that is not offered here")
    if order.refine is not None:
        name = order.refine.network
        if name != Path(name).stem or not find_flow_card(name, configured.models).is_file():
            raise JobError(f"there is no flow {name[:40]!r} here")
