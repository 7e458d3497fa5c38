"""The sections of the Models page: language models, potentials, references of known phases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.language_model.card import ModelCard, card_names, find_card
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.potentials.loading import potential_card, potential_names
from crystal_llm.settings import Settings
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.ui.widgets.model_facts import model_facts, seconds_a_crystal
from crystal_llm.ui.widgets.notation import as_markdown, show_terms

_CORRECTIONS = {
    "included": "in its energies",
    "added": "added here",
    "impossible": "not possible: no hull of the Materials Project",
}


_HELD = {
    "symmetric": "formula, elements, space group, crystal system, prototype, numbers of atoms and "
    "orbits",
    "coordinate": "formula, elements, most atoms",
}
_ASKED = {
    "symmetric": "energy above hull, band gap, formation energy",
    "coordinate": "space group, energy above hull, band gap, formation energy",
}


def show_language_models(configured: Settings) -> None:
    """Draws what models are chosen by, side by side, and the story of each behind a fold."""
    cards: list[ModelCard] = []
    for name in card_names(configured.models):
        try:
            cards.append(find_card(name, configured.models))
        except CrystalLLMError as error:
            st.error(f"**{as_markdown(name)}**: {as_markdown(str(error))}")
    cards.sort(key=lambda card: card.name != configured.model)
    lines = [_line(card, configured) for card in cards]
    st.html(
        "<style>"
        ".st-key-models-table td { min-width: 6.5rem; }"
        ".st-key-models-table td:nth-child(5), .st-key-models-table td:nth-child(6)"
        " { min-width: 16rem; }</style>"
    )
    st.container(key="models-table").table(
        {name: [line[name] for line in lines] for name in lines[0]} if lines else {}
    )
    st.caption(
        "**Speed**: from recent jobs here that wrote for over a minute, else as measured. "
        "**Valid**: structure and composition, with the defaults of page and shell. "
        "**Metastable, unique, novel**: of the crystals requested, within 0.1 eV/atom of CHGNet's "
        "hull after relaxation, no duplicates, none among the known structures. "
        "**Soft**: stated in the prompt; the model may ignore it."
    )
    for card in cards:
        usual = " (default)" if card.name == configured.model else ""
        with st.expander(f"**{as_markdown(card.title)}**{usual}: how it was made and measured"):
            _card(card)
    st.caption(
        "An adapter of your own becomes a card with `crystal-llm models add`; "
        "`crystal-llm models` loads each and prints its memory and load time."
    )


def _line(card: ModelCard, configured: Settings) -> dict[str, str]:
    facts = model_facts(card, seconds_a_crystal(configured, card.name))
    licence = facts.pop("Licence")
    return {
        "Model": card.name,
        **facts,
        "Enforced": _HELD[card.text],
        "Soft": _ASKED[card.text] + (", each as a range" if card.reads_ranges else ""),
        "Infill": "yes" if card.fills_masks else "no",
        "Licence": licence,
    }


def _card(card: ModelCard) -> None:
    if card.description:
        st.markdown(as_markdown(card.description))
    model = {
        "card": card.name,
        "made from": card.origin,
        "licence": card.licence,
        "quantisation": card.quantisation,
    }
    left, right = st.columns([2, 3], gap="large")
    with left:
        _table("Model", model)
        _table("Measured", card.measured)
    with right:
        _table("Training", card.training)


def _table(title: str, values: Mapping[str, Any]) -> None:
    if values:
        st.markdown(f"**{title}**")
        show_terms((name.replace("_", " "), str(value)) for name, value in values.items())


def show_potential_cards(configured: Settings) -> None:
    """Draws the potentials that relax crystals, and those whose files are not here."""
    rows, absent = [], []
    for name in potential_names(configured):
        try:
            card = potential_card(name, configured)
        except CrystalLLMError:
            absent.append(name)
            continue
        rows.append(
            {
                "potential": card.title,
                "trained on": card.method.level_of_theory,
                "corrections": _CORRECTIONS[card.correction],
                "elements": len(card.elements),
                "name": card.name,
                "source": card.source,
            }
        )
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "potential": st.column_config.TextColumn(width="medium"),
            "corrections": st.column_config.TextColumn(
                help="The Materials Project's corrections of 2020, which its hulls need."
            ),
            "elements": st.column_config.NumberColumn(width="small"),
            "name": st.column_config.TextColumn(help="What the shell calls it."),
        },
        alt="Potentials",
    )
    if absent:
        st.caption(
            f"Not on this machine: {', '.join(absent)}. They are fetched when first used, or read "
            "from the folder that `CRYSTAL_LLM_MATGL` names."
        )


def show_references(configured: Settings) -> None:
    """Draws the references of known phases that hulls are made of."""
    catalogue = find_references(configured.models, configured.home)
    if catalogue.entries:
        st.dataframe(
            [
                {
                    "reference": entry.name,
                    "energies by": title_of(entry.provenance.method.potential),
                    "phases": entry.n_phases,
                    "made on": entry.provenance.made_on,
                    "id": entry.reference_id,
                    "source": entry.provenance.source,
                }
                for entry in catalogue.entries
            ],
            hide_index=True,
            column_config={
                "reference": st.column_config.TextColumn(width="medium"),
                "phases": st.column_config.NumberColumn(format="localized", width="small"),
                "source": st.column_config.TextColumn(width="large"),
            },
            alt="References of known phases",
        )
    else:
        st.caption("There is none yet; `crystal-llm reference build` makes one.")
    if catalogue.unreadable:
        st.warning(f"Not readable as references: {as_markdown(', '.join(catalogue.unreadable))}.")
