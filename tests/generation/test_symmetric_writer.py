"""The engine on a model of symmetric text: legal, exact, repeatable, guided."""

import json
from collections import Counter
from dataclasses import asdict

import pytest
import torch
from compact_model import load_tiny

from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.line_likelihood import site_log_likelihoods
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.symmetric_format import symmetric_format
from crystal_llm.generation.writer import score_texts, write_crystals
from crystal_llm.text.symmetric_text import decode_symmetric
from crystal_llm.types import Conditions


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load_tiny(tmp_path_factory.mktemp("tiny"))


def write(model, batch_size=8, **asked):
    request = GenerationRequest(**{"count": 6, "max_atoms": 12, "temperature": 1.0} | asked)
    candidates = list(write_crystals(model, request, batch_size=batch_size))
    return sorted(candidates, key=lambda candidate: candidate.index)


def test_every_crystal_decodes_and_has_likelihoods_by_line_and_site(tiny):
    for candidate in write(tiny, count=10, top_p=1.0):
        assert candidate.failure is None
        crystal = decode_symmetric(candidate.text)
        sites = plain_crystal(crystal).species
        assert candidate.crystal.species == sites
        lines = candidate.line_log_likelihoods
        assert len(lines) == len(candidate.text.split("\n"))
        assert sum(lines) == pytest.approx(candidate.log_likelihood)
        assert len(site_log_likelihoods(lines, candidate.text)) == len(sites)
        json.dumps(asdict(candidate))


@pytest.mark.parametrize("quantisation", ["none", "int8"])
def test_a_seed_gives_the_same_crystal_in_any_batch(tmp_path, quantisation):
    model = load_tiny(tmp_path, quantisation)
    spaced = {"min_distance_angstrom": 0.5, "min_radii_share": 0.7}
    whole = [candidate.text for candidate in write(model, 6, **spaced)]
    assert [candidate.text for candidate in write(model, 1, **spaced)] == whole
    assert [candidate.text for candidate in write(model, 4, **spaced)] == whole


def test_the_likelihood_is_the_models_own_on_what_is_legal(tiny):
    """Held to a plain full forward pass, renormalised on the legal tokens."""
    [candidate] = write(tiny, count=1)
    vocabulary = tiny.vocabulary
    text_format = symmetric_format()
    request = GenerationRequest(1, max_atoms=12)
    tokens = [*vocabulary.ids_of(candidate.text), vocabulary.end]
    prompt = text_format.opening(request)
    state = text_format.start(request)
    total = 0.0
    for place, token in enumerate(tokens):
        batch = tiny.decoder.batch(1, 200)
        scores = batch.admit([*prompt, *tokens[:place]], 1)[0].double()
        legal = torch.tensor(state.legal().tolist())
        total += float(scores[token] - scores[legal].logsumexp(0))
        state.advance(token)
    assert candidate.log_likelihood == pytest.approx(total, rel=1e-5)


def test_scores_are_those_of_the_whole_vocabulary(tiny):
    [candidate] = write(tiny, count=1, conditions=Conditions(formula="NaCl"))
    [score] = score_texts(tiny, [candidate.text], [candidate.prompt])
    assert score.tokens == len(tiny.vocabulary.ids_of(candidate.text)) + 1
    assert sum(score.line_log_likelihoods) == pytest.approx(score.log_likelihood, rel=1e-5)
    assert score.log_likelihood <= candidate.log_likelihood + 1e-4
    with pytest.raises(CrystalTextError, match="line 2"):
        score_texts(tiny, [candidate.text], ["write\nplease be stable"])


def test_hard_conditions_hold(tiny):
    asked = Conditions(formula="SrTiO3", spacegroup_number=221)
    hard = frozenset({"formula", "spacegroup_number"})
    for candidate in write(tiny, conditions=asked, hard=hard):
        crystal = decode_symmetric(candidate.text)
        counts = Counter(plain_crystal(crystal).species)
        assert crystal.spacegroup_number == 221
        assert counts["O"] == 3 * counts["Ti"] == 3 * counts["Sr"]
        assert "formula: Sr 1 Ti 1 O 3" in candidate.prompt


def test_no_room_is_begun_anew_and_counted(tiny):
    # Six caesium atoms do not fit into most cells that random weights write.
    asked = Conditions(formula="Cs", atoms=6)
    candidates = write(
        tiny,
        count=8,
        conditions=asked,
        hard=frozenset({"formula", "atoms"}),
        min_radii_share=0.9,
        min_distance_angstrom=1.0,
    )
    assert len(candidates) == 8
    assert sum(candidate.redrawn for candidate in candidates) > 0


def test_guidance_of_one_is_the_model_as_it_is(tiny):
    asked = {"conditions": Conditions(energy_above_hull_ev_per_atom=0.03)}
    plain = [candidate.text for candidate in write(tiny, **asked)]
    assert [candidate.text for candidate in write(tiny, guidance=1.0, **asked)] == plain
    forgotten = [candidate.text for candidate in write(tiny, guidance=0.0, **asked)]
    assert forgotten == [candidate.text for candidate in write(tiny)]
    strong = [candidate.text for candidate in write(tiny, guidance=8.0, **asked)]
    assert strong != plain


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"guidance": -1.0, "conditions": Conditions(formula="NaCl")}, "guidance = -1.0"),
        ({"guidance": float("nan"), "conditions": Conditions(formula="NaCl")}, "guidance = nan"),
        ({"guidance": 2.0}, "give one"),
        ({"min_atoms": 30}, "min atoms = 30"),
        ({"orbits_range": (3, 2)}, "orbits"),
        ({"conditions": Conditions(crystal_system="cubist")}, "crystal system"),
        ({"conditions": Conditions(atoms=0)}, "atoms = 0"),
    ],
)
def test_bad_requests_are_one_line(asked, reason):
    with pytest.raises(RequestError, match=reason) as refusal:
        GenerationRequest(1, **asked)
    assert "\n" not in str(refusal.value)


def test_another_vocabulary_or_a_tampered_file_is_refused(tmp_path):
    from compact_model import write_tiny_card

    from crystal_llm.errors import WeightsError
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.settings import Settings

    card = write_tiny_card(tmp_path)
    weights = tmp_path / "tiny" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    with pytest.raises(WeightsError, match="sha256"):
        load_model(str(card), configured=Settings(home=tmp_path / "home", models=tmp_path))
