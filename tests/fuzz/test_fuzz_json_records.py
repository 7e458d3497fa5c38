"""Changed JSON of ASE, JARVIS and OPTIMADE: refused in one line, or read as its arrays say.

Apart from the other formats, whose drawn changes stay what they were.
"""

from __future__ import annotations

import json
import random
from collections import Counter

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from ase.io.jsonio import encode
from mutations import mutated
from other_readers import OtherReading
from test_fuzz_reading import _difference

from crystal_llm.errors import StructureFileError
from crystal_llm.io.structure_parsing import read_structure

SHORT = 300
FACES = [[0.0, 2.8, 2.8], [2.8, 0.0, 2.8], [2.8, 2.8, 0.0]]
ATOMS = json.loads(
    encode(Atoms("NaCl", cell=FACES, scaled_positions=[[0] * 3, [0.5] * 3], pbc=True))
)
JARVIS = {
    "lattice_mat": FACES,
    "coords": [[0, 0, 0], [0.5, 0.5, 0.5]],
    "elements": ["Na", "Cl"],
    "abc": [3.9598] * 3,
    "cartesian": False,
}
OPTIMADE = {
    "id": "a",
    "attributes": {
        "nsites": 2,
        "dimension_types": [1, 1, 1],
        "lattice_vectors": FACES,
        "cartesian_site_positions": [[0, 0, 0], [2.8, 2.8, 2.8]],
        "species_at_sites": ["Na", "Cl"],
        "fractional_site_positions": [[0, 0, 0], [0.5, 0.5, 0.5]],
    },
}
RECORDS = (
    *(ATOMS, {"ids": [1], "nextid": 2, "1": ATOMS}),
    *(JARVIS, {"jid": "a", "atoms": JARVIS}, {"data": [OPTIMADE]}, OPTIMADE),
)


def test_changed_json_of_databases(request):
    count = request.config.getoption("--fuzz") or SHORT
    draw = random.Random(request.config.getoption("--fuzz-seed"))
    texts = [json.dumps(record, indent=indent) for record in RECORDS for indent in (None, 1)]
    tally: Counter[str] = Counter()
    for _ in range(count):
        text = mutated(draw.choice(texts), texts, draw)
        try:
            crystal = read_structure(text, "json").crystal
        except StructureFileError as error:
            tally["refused"] += 1
            assert "\n" not in str(error) and "not readable" not in str(error), text
            continue
        difference = _difference(crystal, _by_hand(json.loads(text)))
        tally["accepted"] += 1
        # What is given twice may differ by rounding.
        assert difference is None or "is 0.0" in difference, f"{difference}\n{text}"
    print(f"\n{count} mutations: {dict(tally)}")
    assert tally["accepted"] > count / 20


def _by_hand(record: dict) -> OtherReading:
    record = record["data"][0] if "data" in record else record
    record = record["1"] if "ids" in record else record.get("atoms", record)
    record = record.get("attributes", record)
    if "lattice_mat" in record:
        matrix = np.array(record["lattice_mat"])
        positions = np.array(record["coords"])
        if record["cartesian"]:
            positions = positions @ np.linalg.inv(matrix)
        return OtherReading(matrix, record["elements"], positions)
    if "lattice_vectors" in record:
        matrix = np.array(record["lattice_vectors"])
        positions = np.array(record["cartesian_site_positions"]) @ np.linalg.inv(matrix)
        return OtherReading(matrix, record["species_at_sites"], positions)
    matrix, positions = (_array(record[name]) for name in ("cell", "positions"))
    symbols = [chemical_symbols[int(number)] for number in _array(record["numbers"])]
    return OtherReading(matrix, symbols, positions @ np.linalg.inv(matrix))


def _array(value: dict) -> np.ndarray:
    shape, _, numbers = value.get("array", value)["__ndarray__"]
    return np.array(numbers).reshape(shape)
