"""Known structures as a choice names them."""

from dataclasses import replace

from crystal_llm.ui.widgets.known_choice import find_known, known_title, short_title


def test_a_structure_is_named_with_its_energy_or_that_none_is_known():
    (known,) = find_known("mp-5229")
    assert known_title(known) == (
        "SrTiO₃ · Pm-3m (221) · 5 atoms · 0.001 eV/atom above hull · mp-5229"
    )
    assert short_title(known) == "Pm-3m (221) · 0.001 eV/atom · mp-5229"
    without = replace(known, energy_above_hull_ev_per_atom=None)
    assert known_title(without).endswith("5 atoms · energy unknown · mp-5229")
    assert short_title(without) == "Pm-3m (221) · energy unknown · mp-5229"
