"""Figures that the papers print, for a table of their own: none of them is ours.

Sources: CrystalLLM (arXiv 2402.04379), Table 1, with CDVAE's, LM-CH's and LM-AC's as printed
there; FlowLLM (arXiv 2410.23405), Sections 5.2 and 5.3 and Appendix G, with DiffCSP's as later
work quotes them from its table. Their stability rates come from M3GNet, CHGNet and DFT on hulls
of their own, so they stand beside another potential's only to be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """One method's printed figures; None where none is printed.

    Attributes:
        method: The method, with its temperature and nucleus.
        structural: Share of structurally valid samples.
        compositional: Share of compositionally valid samples.
        recall: Coverage recall.
        precision: Coverage precision.
        density: Wasserstein distance of density.
        elements: Wasserstein distance of the number of elements.
        metastable: Share at most 0.1 eV/atom above the hull by M3GNet.
        stable: Share at or below the hull by DFT.
        sun: Share that is stable, unique and novel.
        seconds_per_sun: Seconds for one S.U.N. crystal.
    """

    method: str
    structural: float | None = None
    compositional: float | None = None
    recall: float | None = None
    precision: float | None = None
    density: float | None = None
    elements: float | None = None
    metastable: float | None = None
    stable: float | None = None
    sun: float | None = None
    seconds_per_sun: float | None = None


PUBLISHED_HEADS = (
    "struct. valid",
    "comp. valid",
    "recall",
    "precision",
    "wdist ρ, g/cm³",
    "wdist N_el",
    "metastable (M3GNet)",
    "stable (DFT)",
    "S.U.N.",
    "s per S.U.N.",
)

PUBLISHED = (
    PublishedFigures("CDVAE", 1.00, 0.867, 0.991, 0.995, 0.688, 1.43, 0.288, 0.054),
    PublishedFigures("DiffCSP", 1.00, 0.8325, stable=0.0506, sun=0.0334),
    PublishedFigures("LM-CH", 0.848, 0.835, 0.9925, 0.9789, 0.864, 0.13),
    PublishedFigures("LM-AC", 0.958, 0.889, 0.996, 0.9855, 0.696, 0.09),
    PublishedFigures("LLaMA-2 7B, τ 1.0", 0.918, 0.879, 0.969, 0.960, 3.85, 0.96, 0.351, 0.067),
    PublishedFigures("LLaMA-2 7B, τ 0.7", 0.964, 0.933, 0.911, 0.949, 3.61, 1.06, 0.350, 0.062),
    PublishedFigures("LLaMA-2 13B, τ 1.0", 0.933, 0.900, 0.946, 0.988, 2.20, 0.05, 0.334, 0.087),
    PublishedFigures("LLaMA-2 13B, τ 0.7", 0.955, 0.924, 0.889, 0.979, 2.13, 0.10, 0.380, 0.144),
    PublishedFigures("LLaMA-2 70B, τ 1.0", 0.965, 0.863, 0.968, 0.983, 1.72, 0.55, 0.354, 0.100),
    PublishedFigures("LLaMA-2 70B, τ 0.7", 0.996, 0.954, 0.858, 0.989, 0.81, 0.44, 0.498, 0.106),
    PublishedFigures("FlowMM", seconds_per_sun=16.14),
    PublishedFigures("FlowLLM, τ 0.7, P 0.9", stable=0.1782, sun=0.0492, seconds_per_sun=10.9),
)


def printed_row(method: PublishedFigures) -> list[str]:
    """A method and its figures under :data:`PUBLISHED_HEADS`, with the papers' decimals."""
    return [
        method.method,
        *(_printed(column.name, getattr(method, column.name)) for column in fields(method)[1:]),
    ]


def _printed(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in ("metastable", "stable", "sun"):
        return f"{_with_decimals(100 * value, 1)}%"
    if name == "seconds_per_sun":
        return _with_decimals(value, 1)
    usual = 3 if name in ("structural", "compositional", "recall", "precision") else 2
    return _with_decimals(value, 2 if value == 1 else usual)


def _with_decimals(value: float, least: int) -> str:
    written = f"{value:.6g}"
    return written if len(written.partition(".")[2]) > least else f"{value:.{least}f}"
