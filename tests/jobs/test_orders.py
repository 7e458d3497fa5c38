"""Orders: strict to read, exact to write, the same in JSON and in a replay file."""

import json
import tomllib
from dataclasses import replace

import pytest
from tiny_flow import save_tiny_flow

from crystal_llm.crystal.written import Written
from crystal_llm.errors import InfillError, JobError, RequestError
from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import InfillRelaxOrder, JudgeOrder, RelaxOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import order_json, order_yaml, read_order, read_replay
from crystal_llm.jobs.plain_yaml import read_yaml
from crystal_llm.jobs.refine import Refine
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import Settings, settings
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0, 4.0, 4.0), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
ORDERS = [
    GenerateOrder(),
    GenerateOrder().asking(
        count=3,
        formula="Na2Cl2",
        hard=("formula",),
        excluded_elements=("K",),
        spacegroup_number=225,
        energy_above_hull_ev_per_atom=0,
        formula_units=1,
        seed=7,
        model="smollm2-135m",
        judge=Judge(relaxation=RelaxationSettings(max_steps=50), reference=None),
    ),
    GenerateOrder().asking(
        spacegroup_number=221,
        crystal_system="cubic",
        atoms=5,
        hard=("spacegroup_number", "atoms"),
        orbits_range=(2, 3),
        prototype=Prototype(221, ("a", "b", "c")),
        guidance=2.0,
    ),
    RelaxOrder((Written("a", SALT),)),
    JudgeOrder((Written("a", SALT, parent_id="x"), Written("b", None, failure="no text"))),
    InfillRelaxOrder((Written("a", SALT, parent_id="x"),)),
    CompleteOrder(SALT, (0,)),
    CompleteOrder(SALT, (), parent_id="x", atoms=4, model="smollm2-135m", judge=None).asking(
        count=3,
        allowed_elements=("O", "F"),
        excluded_elements=("F",),
        min_distance_angstrom=None,
        seed=7,
    ),
    CompleteOrder(SALT, (0,), formula="NaCl", judge=Judge("m3gnet")).asking(
        max_atoms=8, temperature=1.0
    ),
    GenerateOrder(refine=Refine()),
    RelaxOrder((Written("a", SALT),), refine=Refine("mine", "ab" * 32, 20, False)),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_an_order_survives_json_and_a_replay_file(order, tmp_path):
    assert read_order(json.loads(order_json(order))) == order
    (tmp_path / "order.yaml").write_text(order_yaml(order), encoding="utf-8")
    assert read_replay(tmp_path / "order.yaml") == order


def test_a_replay_file_says_what_is_not_usual_and_nothing_else():
    assert order_yaml(GenerateOrder().asking(count=3, elements=("Li", "O"))).splitlines() == [
        *("kind: generate", "count: 3", "elements:", "- Li", "- O"),
    ]


def test_an_order_becomes_the_engines_request():
    request = ORDERS[1].request_at(0)
    assert (request.count, request.seed, request.formula_units) == (3, 7, 1)
    assert request.conditions.formula == "NaCl"
    assert "The spacegroup number is 225. " in request.prompt


def test_a_title_says_what_is_done():
    salt = Written("a", SALT)
    other = Written("b", replace(SALT, species=("K", "Cl")))
    for order, title in (
        (GenerateOrder().asking(count=8, formula="LiFePO4", temperature=0.7), "8 × LiFePO4, τ 0.7"),
        (GenerateOrder().asking(count=1), "1 crystal, τ 0.7"),
        (GenerateOrder().asking(count=2, new_only=True), "2 crystals, τ 0.7, novel only"),
        (
            GenerateOrder().asking(count=2, best_of=4, chosen_by="energy", new_only=True),
            "2 crystals, τ 0.7, best of 4, novel only",
        ),
        (JudgeOrder((salt,)), "Relax and place NaCl"),
        (JudgeOrder((salt, other), Judge("sevennet-0")),
         "Relax and place 2 crystals (NaCl, KCl), SevenNet-0"),
        (JudgeOrder((salt, replace(salt, id="c")), Judge(reference=None)), "Relax 2 × NaCl"),
        (JudgeOrder((Written("a", None, failure="no text"),)), "Relax and place 1 crystal"),
        (InfillRelaxOrder((replace(salt, parent_id="x", model="tiny"),)), "Infill: NaCl"),
        (InfillRelaxOrder((replace(salt, parent_id="x"),)), "Edited by hand: NaCl"),
    ):  # fmt: skip
        assert order.title == title


def test_a_completion_becomes_the_engines_request():
    order = ORDERS[7]
    request = order.request_at(0)
    assert (request.count, request.seed, request.min_atoms, request.max_atoms) == (3, 7, 4, 4)
    assert request.beginning == "4.0 4.0 4.0\n60 60 60\n"
    assert request.rule().allowed == {"O"}
    assert (order.kind, order.count, order.title) == ("complete", 3, "3 completions of NaCl, τ 0.7")
    assert order_yaml(ORDERS[6]).startswith("kind: complete\ncrystal:\n")
    with pytest.raises(InfillError, match="0 to 1"):
        CompleteOrder(SALT, (2,)).check()


def test_a_completion_of_before_it_held_a_request_is_read():
    crystal = to_plain(SALT)
    stored = {
        **{"kind": "complete", "crystal": crystal, "keep": [0], "parent_id": "x", "count": 3},
        **{"atoms": None, "max_atoms": 8, "elements": ["O", "F"], "excluded_elements": ["F"]},
        **{"formula": None, "min_distance_angstrom": None, "min_radii_share": 0.6},
        **{"temperature": 1.1, "top_p": 0.8, "seed": 5, "model": "compact", "quantisation": None},
        **{"weights_sha256": "ab", "judge": None, "batch_size": 4},
    }
    order = read_order(stored)
    assert (order.keep, order.parent_id, order.model, order.batch_size) == ((0,), "x", "compact", 4)
    request = order.request
    assert (request.count, request.max_atoms, request.seed) == (3, 8, 5)
    assert (request.allowed_elements, request.excluded_elements) == ({"O", "F"}, {"F"})
    assert (request.temperature, request.top_p) == (1.1, 0.8)
    assert (request.min_distance_angstrom, request.min_radii_share) == (None, 0.6)


def test_a_completion_takes_no_condition_of_a_prompt():
    with pytest.raises(JobError, match="complete has guidance, which is not known here"):
        read_order({"kind": "complete", "crystal": to_plain(SALT), "keep": [0], "guidance": 2.0})
    with pytest.raises(JobError, match="a completion takes no conditions: leave it out"):
        CompleteOrder(SALT, (0,)).asking(spacegroup_number=225).check()


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        ([], JobError, "an order is an object whose kind is one of generate, relax"),
        ({"kind": "cook"}, JobError, "whose kind is one of"),
        ({"kind": ["generate"]}, JobError, "whose kind is one of"),
        ({"kind": {}}, JobError, "whose kind is one of"),
        ({"kind": "generate", "temperature": 10**400}, RequestError, "temperature = inf"),
        ({"kind": "generate", "count": 10**5000}, JobError, "generate: a value cannot be used"),
        ({"kind": "generate", "cuont": 3}, JobError, "generate has cuont, which is not known"),
        ({"kind": "generate", "count": "3"}, JobError, "generate.count is '3': must be a whole"),
        ({"kind": "generate", "count": True}, JobError, "generate.count is True: must be a whole"),
        ({"kind": "generate", "count": 0}, RequestError, "n = 0: from 1"),
        ({"kind": "generate", "batch_size": 0}, JobError, "batch size = 0: from 1 to 256"),
        ({"kind": "generate", "formula": "Xx"}, RequestError, "not a chemical formula"),
        ({"kind": "generate", "top_p": float("nan")}, RequestError, "top-p = nan"),
        (
            {"kind": "generate", "judge": {"relaxation": {"max_steps": 0}}},
            RequestError,
            "steps = 0: from 1",
        ),
        ({"kind": "relax"}, JobError, "relax lacks crystals"),
        ({"kind": "relax", "crystals": []}, JobError, "0 crystals: from 1"),
        ({"kind": "relax", "crystals": [{"id": "a", "crystal": None}]}, JobError, "give a crystal"),
        (
            {"kind": "relax", "crystals": [{"id": "a", "crystal": {"species": 3}}]},
            JobError,
            r"relax.crystals\[0\].crystal",
        ),
    ],
)
def test_what_is_no_order_is_refused_by_place(value, error, said):
    with pytest.raises(error, match=said):
        read_order(value)


def test_an_infilled_crystal_names_its_parent_and_ids_differ():
    plain = json.loads(order_json(ORDERS[5]))
    plain["crystals"][0]["parent_id"] = None
    with pytest.raises(JobError, match="names its parent"):
        read_order(plain)
    plain["crystals"] = [plain["crystals"][0] | {"parent_id": "x"}] * 2
    with pytest.raises(JobError, match="same id"):
        read_order(plain)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: [", r"not YAML \(line 1: it ends too soon: a bracket or a quote is left open\)$"),
        (
            "kind: generate\ncount: 3: 4",
            r"not YAML \(line 2: mapping values are not allowed here\)$",
        ),
        ("kind: \x01", r"not YAML \(unacceptable character .* position 6\)$"),
        ("a: &a [x]\nb: *a", "has no aliases"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
        ("", "an order is an object"),
        ("kind: generate\ntemperature: 0", "temperature = 0.0: must be above 0"),
        ("kind: [generate]", "whose kind is one of"),
        ("kind: generate\nformula: 2020-13-45", r"date that it looks like \(month must be in"),
        ("kind: generate\nseed: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("kind: generate\nseed: " + "9" * 5000, "Exceeds the limit .* digits.: put text"),
        ("kind: generate\nseed: 0x" + "f" * 5000, "a value cannot be used"),
        ("kind: generate\ncount: !!int ''", "not the number or date that it looks like: put"),
    ],
)
def test_a_replay_file_that_is_none_is_one_error_with_its_path(text, said, tmp_path):
    (tmp_path / "order.yaml").write_text(text, encoding="utf-8")
    with pytest.raises((JobError, RequestError), match=rf"order\.yaml: .*{said}") as caught:
        read_replay(tmp_path / "order.yaml")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_missing_replay_file_is_one_error(tmp_path):
    with pytest.raises(JobError, match="cannot be read"):
        read_replay(tmp_path / "none.yaml")


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"species": ("Na", "Xx")}, "site 1: 'Xx' is not an element"),
        ({"species": ("Na", "")}, "site 1: '' is not an element"),
        ({"fractional_coordinates": ((0.0, 0.0, 0.0),)}, "2 species and 1 coordinates"),
        ({"species": (), "fractional_coordinates": ()}, "0 atoms: from 1 to 500"),
        (
            {"species": ("H",) * 501, "fractional_coordinates": ((0.0, 0.0, 0.0),) * 501},
            "501 atoms: from 1 to 500",
        ),
        ({"fractional_coordinates": ((0.0, 0.0, 0.0), (0.5, NAN, 0.5))}, "site 1: a coordinate"),
        ({"lengths_angstrom": (4.0, INFINITE, 4.0)}, "not a finite number"),
        ({"lengths_angstrom": (4.0, 0.0, 4.0)}, "lattice lengths 4, 0, 4: must be above 0"),
        ({"lengths_angstrom": (4.0, -4.0, 4.0)}, "must be above 0"),
        ({"angles_degrees": (60.0, 60.0, NAN)}, "not a finite number"),
        ({"angles_degrees": (60.0, 60.0, 120.0)}, "angles 60, 60, 120: enclose no volume"),
        ({"angles_degrees": (120.0, 120.0, 120.0)}, "enclose no volume"),
    ],
)
def test_a_crystal_that_is_none_is_refused_by_its_id_before_it_is_queued(changes, said):
    wrong = replace(SALT, **changes)
    given = (Written("good", SALT, parent_id="x"), Written("bad", wrong, parent_id="x"))
    for order in (RelaxOrder(given), JudgeOrder(given), InfillRelaxOrder(given)):
        with pytest.raises(JobError, match=rf"^crystal 'bad': .*{said}"):
            order.check()
    with pytest.raises(JobError, match=rf"^the crystal to complete: .*{said}"):
        CompleteOrder(wrong, ()).check()


def test_a_crystal_that_is_none_is_refused_in_a_replay_file(tmp_path):
    (tmp_path / "order.yaml").write_text(
        order_yaml(JudgeOrder((Written("a", replace(SALT, species=("Na", "Xx"))),))),
        encoding="utf-8",
    )
    with pytest.raises(JobError, match=r"order\.yaml: crystal 'a': site 1: 'Xx' is not"):
        read_replay(tmp_path / "order.yaml")


def test_a_candidate_that_failed_needs_no_crystal():
    JudgeOrder((Written("a", None, failure="line 3: no number"),)).check()


def test_nitric_oxide_is_no_truth_value():
    assert read_yaml("formula: NO\nhard: [formula]\nheld: on\nsaved: true\nsent: False") == {
        "formula": "NO",
        "hard": ["formula"],
        "held": "on",
        "saved": True,
        "sent": False,
    }


def test_what_a_models_text_cannot_hold_is_refused_before_the_job():
    order = GenerateOrder(model="smollm2-135m").asking(
        spacegroup_number=225, hard=("spacegroup_number",)
    )
    with pytest.raises(JobError, match="smollm2-135m cannot hold space group exactly"):
        order.check_for(settings())
    order.check()  # as it may be for a worker elsewhere
    order.asking(hard=()).check_for(settings())


def test_refining_comes_between_validity_and_relaxation_and_is_asked_for_with_its_weights(tmp_path):
    asked = JudgeOrder((Written("a", SALT),), refine=Refine())
    assert [stage.name for stage in asked.stages[1:4]] == ["checked", "refined", "relaxed"]
    only = GenerateOrder(refine=Refine())
    assert [stage.name for stage in only.stages] == ["written", "checked", "refined"]
    here = Settings(home=tmp_path, models=tmp_path)
    assert asked.with_model(here) == asked  # the worker may have the network
    card = tomllib.loads(save_tiny_flow(tmp_path).read_text())
    refine = asked.with_model(here).refine
    assert (refine.weights_sha256, refine.steps) == (card["weights"]["sha256"], 50)
    assert Refine(steps=7).with_weights(here).steps == 7
    assert refine.passes == 1 and Refine(passes=3).with_weights(here).passes == 3


@pytest.mark.parametrize(
    ("refine", "said"),
    [
        ({"steps": 0}, "refine: steps = 0: from 1 to 1,000"),
        ({"steps": 5000}, "refine: steps = 5000: from 1 to 1,000"),
        ({"passes": 11}, "refine: passes = 11: from 1 to 10"),
        ({"steps": "many"}, "steps"),
        ({"noise": 1}, "noise"),
    ],
)
def test_refining_that_cannot_be_is_one_line(refine, said):
    with pytest.raises(JobError, match=said) as raised:
        read_order({"kind": "generate", "refine": refine})
    assert "\n" not in str(raised.value)
