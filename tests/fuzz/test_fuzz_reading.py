"""Mutated files of every format: none crashes, hangs or grows; what is accepted is right.

    pytest tests/fuzz --fuzz 100000 -s --timeout 0

reads so many instead of the few of ``make test``, and prints the figures.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import psutil
import pytest
from mutations import mutated, seeds
from other_readers import OtherReading, other_reading

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import StructureFileError
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.recognition import crystal_of_text
from crystal_llm.io.structure_file import StructureText
from crystal_llm.io.structure_parsing import read_structure
from crystal_llm.types import PlainCrystal

SHORT = 400
MOST_SECONDS = 10.0
MOST_MEGABYTES = 1000
SAME_ANGSTROM = 0.05
ASKED = "nearer than in known crystals"
FAULTS = ("makes the parser crash", "takes more than", "MB of memory", "cannot be reduced")


@pytest.fixture
def count(request):
    return request.config.getoption("--fuzz") or SHORT


@pytest.mark.timeout(0)
def test_mutated_files(count, request):
    seed_number = request.config.getoption("--fuzz-seed")
    draw = random.Random(seed_number)
    begun = seeds()
    texts = [text for text, _ in begun]
    sound = [case for case in begun if _is_sound(*case)]
    tally: Counter[str] = Counter()
    faults: list[str] = []
    slowest, largest = 0.0, 0
    with ParsingProcess() as process:
        # Started, or taken up from another test with what it spent there.
        _outcome(*begun[0], process)
        for number in range(count):
            # A change to a sound file is accepted more often, and then compared.
            seed, format = draw.choice(sound if draw.random() < 0.75 else begun)
            text = mutated(seed, texts, draw)
            before = _cpu_seconds(process)
            outcome, fault = _outcome(text, format, process)
            slowest = max(slowest, _cpu_seconds(process) - before)
            largest = max(largest, _peak_megabytes(process))
            tally[f"{format}: {outcome}"] += 1
            if fault is not None:
                faults.append(f"{number} ({format}): {fault}\n{text[:2000]}")
    print(f"\n{count} mutations of {len(begun)} texts, seed {seed_number}")
    for name in sorted(tally):
        print(f"{name}: {tally[name]}")
    print(
        f"slowest {slowest:.2f} s of CPU time, largest process {largest} MB, faults {len(faults)}"
    )
    assert not faults, "\n\n".join(faults[:5])
    assert slowest < MOST_SECONDS
    assert largest < MOST_MEGABYTES


def _is_sound(text: str, format: str) -> bool:
    if format == "text":
        return True
    try:
        return bool(read_structure(text, format))
    except StructureFileError:
        return False


def _outcome(text: str, format: str, process: ParsingProcess) -> tuple[str, str | None]:
    """What became of a text, and what is wrong with that, if anything."""
    if format == "text":
        crystal = crystal_of_text(text)
        return ("refused" if crystal is None else "accepted"), None
    try:
        reading = process.read(StructureText(text, format))
    except StructureFileError as error:
        said = str(error)
        if any(fault in said for fault in FAULTS):
            return "fault", said
        return "refused", None if "\n" not in said else f"two lines: {said}"
    # What is only asked about is read as it stands.
    if any(ASKED not in remark for remark in reading.remarks):
        return "accepted with a remark", None
    other = other_reading(text, format)
    if other is None:
        return "accepted, not by the other program", None
    difference = _difference(reading.crystal, other)
    if difference is None:
        return "accepted by both alike", None
    return "accepted otherwise", difference


def _difference(ours: PlainCrystal, theirs: OtherReading) -> str | None:
    """How two readings of one file differ; None where they are alike."""
    if Counter(ours.species) != Counter(theirs.species):
        return f"{Counter(ours.species)} and not {Counter(theirs.species)}"
    volumes = [abs(float(np.linalg.det(lattice_matrix(ours)))), abs(np.linalg.det(theirs.matrix))]
    if abs(volumes[0] - volumes[1]) > 1e-3 * volumes[0]:
        return f"{volumes[0]:.3f} Å³ and not {volumes[1]:.3f} Å³"
    matrix = lattice_matrix(ours)
    positions = np.array(ours.fractional_coordinates)
    # A left-handed lattice is read as its inverse, atoms and all.
    hand = 1.0 if np.linalg.det(theirs.matrix) > 0 else -1.0
    symbols = np.array(ours.species)
    for symbol, position in zip(theirs.species, hand * theirs.positions, strict=True):
        apart = positions[symbols == symbol] - position
        apart -= np.round(apart)
        distance = float(np.linalg.norm(apart @ matrix, axis=1).min())
        if distance > SAME_ANGSTROM:
            return f"{symbol} at {position} is {distance:.3f} Å from any here"
    return None


def _cpu_seconds(process: ParsingProcess) -> float:
    """CPU time that the parsing process has used; the clock would tell how busy the machine is."""
    running = process._process
    if running is None:
        return 0.0
    try:
        times = psutil.Process(running.pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _peak_megabytes(process: ParsingProcess) -> int:
    running = process._process
    if running is None:
        return 0
    try:
        status = Path(f"/proc/{running.pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM 0 kB")
    return int(line.split()[1]) // 1024


def test_a_column_under_its_dotted_name_is_read_by_us_and_is_no_case_for_gemmi():
    text = """data_x
_cell_length_a 5.1
_cell_length_b 6.2
_cell_length_c 7.3
_cell_angle_alpha 90
_cell_angle_beta 95
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P 1'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site.fract_y
_atom_site_fract_z
Fe1 0.11 0.23 0.37
"""
    reading = read_structure(text, "cif")
    assert reading.crystal.fractional_coordinates == ((0.11, 0.23, 0.37),)
    assert other_reading(text, "cif") is None
    assert other_reading(text.replace("site.fract", "site_fract"), "cif") is not None
