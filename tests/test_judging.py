from dataclasses import replace

import pytest
from salt_candidates import (
    CANDIDATES,
    METHOD,
    RELAXED,
    SALT,
    begun,
    judged,
    reference,
    relaxation,
    rock_salt,
)
from tiny_flow import tiny_flow

from crystal_llm import judging
from crystal_llm.candidate import Refined, Relaxed
from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.flow.result import Refinement
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.funnel import funnel
from crystal_llm.judging import (
    JudgingResources,
    check_bench,
    compared,
    judge,
    placed,
)
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.cache import RelaxationCache, cache_key
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.types import PlainCrystal


def test_every_candidate_stays_and_says_where_it_stopped():
    verdicts = judged()
    assert [verdict.index for verdict in verdicts] == [0, 1, 2, 3, 4, 5]
    assert verdicts[0].stopped == "line 3: not an element"
    assert "Å" in verdicts[1].stopped
    assert verdicts[1].relaxation is None
    assert verdicts[5].stopped == "exploded"
    assert [verdict.stopped for verdict in verdicts[2:5]] == [None, None, None]


def test_the_hull_is_asked_with_the_relaxed_energy():
    verdicts = judged()
    assert verdicts[2].energy_above_hull_ev_per_atom == pytest.approx(0.0, abs=1e-9)
    assert verdicts[3].energy_above_hull_ev_per_atom == pytest.approx(0.05)
    # K-Cl holds no compound in this reference, so KCl lies below all that is known.
    assert verdicts[4].energy_above_hull_ev_per_atom == pytest.approx(-3.2 + 1.4)


def test_the_known_phase_that_a_candidate_competes_with_is_relaxed_as_it_was(tmp_path):
    """Known rock salt gains 3 meV/atom; the candidate at its energy as given lies above it."""
    known = rock_salt(5.6)
    write_table(
        [CrystalRow("nacl", "NaCl", known, 225, None, 0.0, None, "train")], tmp_path / "k.parquet"
    )
    with RelaxationCache(tmp_path / "relaxations.sqlite") as cache:
        key = cache_key(known, RelaxationSettings(), METHOD)
        cache.put(key, relaxation(SALT, -3.403))
        structures, said = KnownStructures(tmp_path / "k.parquet"), []
        verdicts = judged(lambda *now: said.append(now), structures=structures, cache=cache)
    assert said[-1] == (1, 1)
    assert verdicts[2].energy_above_hull_ev_per_atom == pytest.approx(0.003)
    assert [part.relaxed for part in verdicts[2].hull.decomposition] == [True]
    assert verdicts[3].energy_above_hull_ev_per_atom == pytest.approx(0.053)
    assert [part.relaxed for part in verdicts[4].hull.decomposition] == [False, False]


def test_a_candidate_that_is_the_known_phase_takes_its_place_in_every_count(tmp_path):
    """Half a meV/atom below or above itself is the noise of relaxing, and no discovery."""
    known = rock_salt(5.6)
    write_table(
        [CrystalRow("nacl", "NaCl", known, 225, None, 0.0, None, "train")], tmp_path / "k.parquet"
    )
    with RelaxationCache(tmp_path / "relaxations.sqlite") as cache:
        key = cache_key(known, RelaxationSettings(), METHOD)
        cache.put(key, relaxation(SALT, -3.4005))
        verdicts = judged(structures=KnownStructures(tmp_path / "k.parquet"), cache=cache)
    candidate = verdicts[2]
    assert candidate.energy_above_hull_ev_per_atom == 0.0
    assert candidate.within(0.0)
    assert candidate.hull.known_phase == "nacl"
    assert candidate.placed_energy_ev_per_atom == -3.4005
    assert candidate.relaxation.energy_ev_per_atom == -3.4
    assert verdicts[4].placed_energy_ev_per_atom == verdicts[4].relaxation.energy_ev_per_atom


def test_a_missing_terminal_stops_its_row_alone():
    relaxed = {**RELAXED, 5: relaxation(rock_salt(6.6, "Rb"), -3.1)}
    verdicts = list(judge(begun(relaxed), JudgingResources(reference=reference())))
    assert "no elemental phase of Rb" in verdicts[5].stopped
    assert verdicts[5].energy_above_hull_ev_per_atom is None
    assert verdicts[2].stopped is None


def test_a_reference_of_another_method_is_refused_before_any_work():
    other = EnergyMethod("DFT", None, "PBE(+U)", "MP2020", "total")
    with pytest.raises(StabilityError, match="do not compare"):
        next(judge(CANDIDATES, JudgingResources(reference=reference(other))))
    bench = JudgingResources(reference=reference(other), across_potentials=True)
    assert list(judge(begun(), bench))[2].hull.reference_method == other


def test_without_a_reference_the_relaxed_crystals_have_no_hull():
    verdicts = judged(reference=None)
    assert verdicts[2].hull is None
    assert verdicts[2].stopped is None


def test_uniqueness_looks_at_the_relaxed_crystals():
    verdicts = compared(judged(), None)
    assert verdicts[0].novelty is None
    assert verdicts[2].novelty.unique
    assert verdicts[3].novelty.duplicate_of == 2
    assert verdicts[4].novelty.unique


def test_a_crystal_that_went_through_does_not_repeat_one_that_did_not():
    candidates = judged()
    candidates[2] = candidates[2].after(Relaxed(replace(RELAXED[2], converged=False)))
    verdicts = compared(candidates, None)
    assert verdicts[2].novelty.duplicate_of == 3
    assert verdicts[3].novelty.unique
    counts = {stage.name: stage.count for stage in funnel(verdicts, with_known=False)}
    assert counts["unique"] == counts["relaxed"] == 2


def test_a_composition_that_the_reference_lacks_is_told():
    verdicts = compared(judged(), None, reference())
    assert verdicts[0].novelty is None
    known_compositions = [verdicts[place].novelty.composition_known for place in (2, 3, 4)]
    assert known_compositions == [True, True, False]
    assert verdicts[4].novelty.novel is None, "its structure was compared with none"


def test_a_polymorph_of_a_known_composition_names_the_known_one_and_its_energy():
    other = PlainCrystal((3.3,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    known = KnownCrystals([CrystalRow("nacl", "NaCl", other, 221, None, 0.1, None, "train")])
    verdicts = compared(judged(), known, reference())
    polymorph = verdicts[2].novelty.polymorph
    assert verdicts[2].novel and verdicts[2].novelty.known is None
    assert (polymorph.material_id, polymorph.formula) == ("nacl", "NaCl")
    assert polymorph.energy_ev_per_atom == -3.4
    assert polymorph.energy_above_hull_ev_per_atom == 0.1
    assert verdicts[4].novelty.polymorph is None


def test_the_known_one_beside_a_polymorph_is_the_hulls_own_relaxed_as_the_crystal_was():
    hull = JudgingResources(reference=build_reference(
        [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("lower", "NaCl", -3.41)],
        ReferenceProvenance(METHOD, "a test", "2026-01-02"),
    ))  # fmt: skip
    salt = begun()[2]
    (verdict,) = compared([placed(salt, hull)], KnownCrystals([]), reference())
    polymorph = verdict.novelty.polymorph
    assert (polymorph.material_id, polymorph.energy_ev_per_atom) == ("lower", -3.41)
    apart = verdict.relaxation.energy_ev_per_atom - polymorph.energy_ev_per_atom
    assert apart == pytest.approx(verdict.energy_above_hull_ev_per_atom)


def test_the_shipped_reference_is_found_by_potential(tmp_path):
    assert default_reference(tmp_path, "chgnet") is None
    (tmp_path / "reference-chgnet.parquet").touch()
    assert default_reference(tmp_path, "chgnet").name == "reference-chgnet.parquet"


def test_an_unjudged_candidate_is_neither_valid_nor_relaxed():
    blank = CANDIDATES[0]
    assert not blank.valid
    assert not blank.relaxed


def test_a_potential_that_is_missing_is_fetched_before_any_work(monkeypatch):
    fetched = []

    def card_of(name):
        fetched.append(name)
        return potential_card("chgnet")

    monkeypatch.setattr("crystal_llm.relaxation.batch.card_of", card_of)
    check_bench(JudgingResources(potential="m3gnet", reference=reference()))
    assert fetched == ["m3gnet"]


def test_refined_candidates_are_judged_from_their_refined_crystals(tmp_path):
    flow = tiny_flow(tmp_path)
    checked = [judging.checked(candidate) for candidate in CANDIDATES[2:]]
    done = sorted(
        judging.refined(checked, flow, SamplerSettings(steps=3)),
        key=lambda candidate: candidate.index,
    )
    assert [candidate.index for candidate in done] == [2, 3, 4, 5]
    steps = {candidate.index: candidate.step(Refined) for candidate in done}
    assert steps[5].refused == "the network never saw Rb"
    for candidate in done:
        expected = candidate.written if candidate.index == 5 else steps[candidate.index].refinement
        assert candidate.crystal == (
            candidate.written.crystal if candidate.index == 5 else expected.refined
        )
    assert done[0].crystal != done[0].written.crystal
    relaxed = [candidate.after(Relaxed(RELAXED[candidate.index])) for candidate in done]
    for candidate in judge(relaxed, JudgingResources(reference=reference())):
        assert candidate.step(Refined) == steps[candidate.index]
        assert candidate.validity == checked[candidate.index - 2].validity, (
            "as written, not as refined"
        )


def test_a_refined_crystal_that_is_impossible_does_not_go_on(tmp_path, monkeypatch):
    def collapsed(flow, crystals, settings, **options):
        flat = replace(SALT, lengths_angstrom=(0.3,) * 3)
        yield 0, Refinement(crystals[0], flat, None, 0.0, 0.0, -0.9, "flow/0", 3, 0.0)

    monkeypatch.setattr("crystal_llm.flow.refinement.refine_crystals", collapsed)
    candidate = next(judging.refined([CANDIDATES[2]], None, SamplerSettings()))
    assert "cell too small" in candidate.step(Refined).refused
    assert (candidate.crystal, candidate.stopped) == (SALT, None)
