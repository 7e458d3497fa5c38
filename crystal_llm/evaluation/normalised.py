"""Diversity and novelty in units of the test crystals' own.

Source: CrystalLLM (arXiv 2402.04379), Appendix B.6 and Figure 6: of the metastable crystals,
each divided by the same number of the test set, which says how far the data themselves reach.
"""

from __future__ import annotations

from crystal_llm.evaluation.coverage import FingerprintNovelty
from crystal_llm.evaluation.metrics import Diversity, PotentialFigures, TestComparison


def over_test_crystals(figures: PotentialFigures, test: TestComparison) -> dict[str, float]:
    """Diversity and novelty of metastable crystals over those of the test crystals.

    Args:
        figures: Of one potential, which says what is metastable.
        test: The test crystals.

    Returns:
        What is known of both and not 0 of the test crystals, by name.
    """
    mine = _values(figures.diversity_of_metastable, figures.novelty_of_metastable)
    theirs = _values(test.diversity, test.novelty)
    return {
        name: value / of_test
        for name, value in mine.items()
        if value is not None and (of_test := theirs[name])
    }


def _values(diversity: Diversity, novelty: FingerprintNovelty | None) -> dict[str, float | None]:
    structure, composition = diversity.structure, diversity.composition
    return {
        "diversity of structures": None if structure is None else structure.value,
        "diversity of compositions": None if composition is None else composition.value,
        "structural novelty": None if novelty is None else novelty.structural.share,
        "compositional novelty": None if novelty is None else novelty.compositional.share,
        "overall novelty": None if novelty is None else novelty.overall.share,
    }
