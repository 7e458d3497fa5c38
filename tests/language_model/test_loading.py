"""A card becomes a model that is ready to write; whatever is wrong is one error."""

import json
import logging
import shutil
import warnings
from dataclasses import replace

import pytest
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from crystal_llm.errors import InfillError, ModelCardError, WeightsError
from crystal_llm.generation.choices import choices_along
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import score_texts, write_crystals
from crystal_llm.infill.distribution import element_distribution
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.loading import load_model
from crystal_llm.settings import Settings
from crystal_llm.text import decode_plain
from crystal_llm.types import Conditions

pytestmark = pytest.mark.model

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"


def random_adapter(model, folder, targets=("q_proj", "v_proj")):
    """An adapter as PEFT writes it, as if trained: none of its weights is zero."""
    lora = LoraConfig(
        r=8,
        lora_alpha=32,
        target_modules=list(targets),
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(1)
    get_peft_model(model, lora).save_pretrained(folder)


def copy_of(model):
    other = LlamaForCausalLM(model.config)
    other.load_state_dict(model.state_dict())
    return other


@pytest.fixture
def adapter(tiny_llama, tmp_path):
    random_adapter(copy_of(tiny_llama), tmp_path / "adapter")
    return tmp_path / "adapter"


@pytest.fixture
def configured(tmp_path):
    return Settings(home=tmp_path / "home", models=tmp_path)


@pytest.fixture
def card(tiny_base, adapter, tmp_path):
    """Writes a card of the tiny base and the adapter as it now is."""

    def write(name="tiny", quantisation="none", text="coordinate"):
        hashes = "".join(
            f'"{file}" = "{sha256_of(adapter / file)}"\n' for file in (WEIGHTS, CONFIG)
        )
        (tmp_path / f"{name}.toml").write_text(
            f'quantisation = "{quantisation}"\ntext = "{text}"\n'
            f'[base]\nname = "Tiny"\nfolder = "{tiny_base}"\n'
            f'[adapter]\nfolder = "adapter"\n[adapter.sha256]\n{hashes}'
        )
        return name

    return write


def scores(model, prompt):
    return model.decoder.batch(1, 50).admit(prompt, 1)[0].float()


def test_a_loaded_model_has_the_probabilities_of_pefts_own(
    card, configured, tiny_llama, adapter, tokenizer
):
    loaded = load_model(card(), configured=configured)
    prompt = tokenizer("Below is a description")["input_ids"]
    own = PeftModel.from_pretrained(copy_of(tiny_llama), str(adapter)).eval()
    with torch.inference_mode():
        wanted = own(torch.tensor([prompt])).logits[0, -1, list(loaded.vocabulary.alphabet)]
        bare = tiny_llama(torch.tensor([prompt])).logits[0, -1, list(loaded.vocabulary.alphabet)]
    torch.testing.assert_close(scores(loaded, prompt), wanted, atol=1e-4, rtol=0)
    assert float((wanted - bare).abs().max()) > 0.1, "the adapter changes nothing"
    assert loaded.identity == f"tiny/none/{sha256_of(adapter / WEIGHTS)[:12]}"
    assert loaded.load_s > 0


def test_a_base_writes_symmetric_text_where_its_card_says_so(card, configured):
    loaded = load_model(card("symmetric", "int8", text="symmetric"), configured=configured)
    asked = Conditions(formula="SrTiO3", spacegroup_number=221)
    request = GenerationRequest(
        3, asked, hard=frozenset({"formula", "spacegroup_number"}), max_atoms=5, temperature=1.0
    )
    crystals = sorted(write_crystals(loaded, request), key=lambda crystal: crystal.index)
    assert [crystal.failure for crystal in crystals] == [None] * 3
    for crystal in crystals:
        assert crystal.text.startswith("221\n")
        assert sorted(crystal.crystal.species) == ["O", "O", "O", "Sr", "Ti"]
        assert sum(crystal.line_log_likelihoods) == pytest.approx(crystal.log_likelihood)
    again = write_crystals(loaded, replace(request, count=3), batch_size=1)
    assert [crystal.text for crystal in again] == [crystal.text for crystal in crystals]
    [score] = score_texts(loaded, [crystals[0].text], [crystals[0].prompt])
    assert score.tokens == len(loaded.vocabulary.ids_of(crystals[0].text)) + 1
    assert len(score.line_log_likelihoods) == crystals[0].text.count("\n") + 1
    assert score.log_likelihood < crystals[0].log_likelihood
    choices = choices_along(loaded, request, crystals[0].text)
    chosen = sum(
        choice.log_probabilities[choice.labels.index(choice.written)] for choice in choices
    )
    assert chosen == pytest.approx(crystals[0].log_likelihood, rel=1e-4)


def test_a_pretrained_model_of_symmetric_text_is_asked_for_no_mask(card, configured, rock_salt):
    loaded = load_model(card("symmetric", text="symmetric"), configured=configured)
    with pytest.raises(InfillError, match="has not learned to fill masks: choose a compact"):
        element_distribution(loaded, rock_salt, [0])


def test_a_model_is_loaded_once_for_the_same_choices(card, configured):
    name = card()
    first = load_model(name, configured=configured)
    assert load_model(name, configured=configured) is first
    small = load_model(name, quantisation="int8", configured=configured)
    assert small is not first
    assert small.quantisation == "int8"
    assert small.decoder.weight_bytes < first.decoder.weight_bytes


def test_loading_says_nothing_and_leaves_the_bars_of_others(card, configured, capfd):
    name = card()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        load_model(name, configured=configured)
    assert capfd.readouterr() == ("", "")
    assert not [str(warning.message) for warning in warned if warning.category is FutureWarning]
    assert transformers.utils.logging.is_progress_bar_enabled()


def test_a_card_for_the_cpus_int8_is_whole_numbers_on_a_gpu(card, configured, monkeypatch):
    asked = []

    def load(card, quantisation, device, chosen):
        asked.append((quantisation, device))

    monkeypatch.setattr("crystal_llm.language_model.loading._load", load)
    monkeypatch.setattr("crystal_llm.language_model.loading._loaded", {})
    name = card(quantisation="int8")
    load_model(name, configured=configured)
    load_model(name, device="cuda", configured=configured)
    load_model(name, configured=replace(configured, device="cuda:1"))
    # Who asks for int8 by name is told that it is the CPU's.
    load_model(name, quantisation="int8", device="cuda", configured=configured)
    assert asked == [("int8", "cpu"), ("none", "cuda"), ("none", "cuda:1"), ("int8", "cuda")]


@pytest.mark.parametrize("quantisation", ["none", "nf4"])
@pytest.mark.parametrize("family", ["Llama", "Qwen2", "Mistral"])
def test_bases_of_other_families_write_crystals_by_card(family, quantisation, tokenizer, tmp_path):
    sizes = {
        "vocab_size": len(tokenizer), "hidden_size": 64, "intermediate_size": 128,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.eos_token_id,
        # As the larger models have it: a head of its own.
        "tie_word_embeddings": False,
    }  # fmt: skip
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**sizes)
    base = getattr(transformers, f"{family}ForCausalLM")(config)
    base.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    random_adapter(base, tmp_path / "adapter")
    hashes = "".join(
        f'"{file}" = "{sha256_of(tmp_path / "adapter" / file)}"\n' for file in (WEIGHTS, CONFIG)
    )
    (tmp_path / "other.toml").write_text(
        f'quantisation = "{quantisation}"\nfull_precision_layers = ["down_proj"]\n'
        f'[base]\nname = "Other"\nfolder = "base"\n'
        f'[adapter]\nfolder = "adapter"\n[adapter.sha256]\n{hashes}'
    )
    configured = Settings(home=tmp_path / "home", models=tmp_path)
    model = load_model("other", configured=configured)
    assert model.quantisation == quantisation
    asked = GenerationRequest(
        2, Conditions(formula="NaCl"), hard=frozenset({"formula"}), max_atoms=4
    )
    crystals = list(write_crystals(model, asked))
    assert [crystal.failure for crystal in crystals] == [None, None]
    for crystal in crystals:
        species = decode_plain(crystal.text).species
        assert species.count("Na") == species.count("Cl") == len(species) / 2


def test_a_base_without_a_readable_config_is_one_error(card, configured, tiny_base, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(tiny_base, folder)
    (folder / "config.json").write_text('{"model_type": "no such"}')
    with pytest.raises(WeightsError, match="config cannot be read"):
        load_model(card(), configured=replace(configured, base=folder))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        (WEIGHTS, lambda path: path.write_bytes(path.read_bytes()[:-10])),
        (CONFIG, lambda p: p.unlink()),
    ],
    ids=["half-written", "missing"],
)
def test_a_file_that_is_not_the_cards_is_refused(file, damage, card, configured, adapter):
    name = card()
    damage(adapter / file)
    with pytest.raises(WeightsError, match=file):
        load_model(name, configured=configured)


@pytest.mark.parametrize("share", [0, 4, 500])
def test_an_adapter_that_was_half_written_when_its_card_was_made(share, card, configured, adapter):
    whole = (adapter / WEIGHTS).read_bytes()
    (adapter / WEIGHTS).write_bytes(whole[:share])
    with pytest.raises(WeightsError, match="adapter cannot be read"):
        load_model(card(), configured=configured)


@pytest.mark.parametrize(
    "config", ["{", "{}", "[]", '{"peft_type": "LORA", "r": "eight", "target_modules": ["q_proj"]}']
)
def test_a_broken_adapter_config_is_one_error(config, card, configured, adapter):
    (adapter / CONFIG).write_text(config)
    with pytest.raises(WeightsError, match="adapter cannot be read"):
        load_model(card(), configured=configured)


@pytest.mark.parametrize(
    "other",
    [{"hidden_size": 128}, {"num_hidden_layers": 3}, {"num_hidden_layers": 1}],
    ids=["wider", "deeper", "shallower"],
)
def test_an_adapter_of_another_base_is_refused(other, card, configured, tiny_llama, adapter):
    shape = tiny_llama.config.to_dict() | {"vocab_size": 300, "eos_token_id": 2, "pad_token_id": 2}
    shutil.rmtree(adapter)
    random_adapter(LlamaForCausalLM(LlamaConfig(**shape | {"head_dim": None} | other)), adapter)
    with pytest.raises(WeightsError, match="does not fit the base model"):
        load_model(card(), configured=configured)


def test_an_adapter_config_that_names_other_layers_is_refused(card, configured, adapter):
    config = json.loads((adapter / CONFIG).read_text())
    (adapter / CONFIG).write_text(json.dumps(config | {"target_modules": ["o_proj"]}))
    with pytest.raises(WeightsError, match="does not fit the base model"):
        load_model(card(), configured=configured)


def test_a_pickled_adapter_is_never_loaded(card, configured, adapter):
    name = card()
    (adapter / WEIGHTS).rename(adapter / "adapter_model.bin")
    with pytest.raises(WeightsError, match="cannot be read"):
        load_model(name, configured=configured)


def test_what_this_machine_cannot_do_is_said(card, configured):
    name = card()
    with pytest.raises(ModelCardError, match="'int4'; use one of none, int8, nf4"):
        load_model(name, quantisation="int4", configured=configured)
    if not torch.cuda.is_available():
        with pytest.raises(WeightsError, match="torch sees no GPU; use 'cpu'"):
            load_model(name, device="cuda", configured=configured)


def test_a_kernel_that_nothing_needs_is_not_missed_aloud():
    # Of bitsandbytes, which PEFT loads: the warning came before every answer of an adapter.
    assert not logging.getLogger("bitsandbytes.backends.cpu.ops").isEnabledFor(logging.WARNING)
