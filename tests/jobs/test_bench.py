"""What a worker judges with: read once, and anew when a file changed."""

import os
from dataclasses import replace

from crystal_llm.jobs.bench import judge_files, own_reference
from crystal_llm.jobs.order import Judge
from crystal_llm.potentials.loading import potential_card
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference


def test_a_changed_reference_is_another(tmp_path):
    path = tmp_path / "reference.parquet"
    judge = Judge(reference=str(path))
    absent = judge_files(judge, settings())
    path.write_bytes(b"one")
    first = judge_files(judge, settings())
    assert absent != first == judge_files(judge, settings())
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert judge_files(judge, settings()) != first
    assert first.reference == path


def test_the_shipped_reference_is_that_of_the_potential():
    assert judge_files(Judge(), settings()).reference.name == "reference-chgnet.parquet"
    assert judge_files(Judge(reference=None), settings()).reference is None


def test_a_reference_in_the_home_folder_serves_its_potential(tmp_path):
    method = replace(potential_card("chgnet").method, potential="sevennet-0")
    origin = ReferenceProvenance(method, "a test", "2026-01-02")
    made = build_reference([("na", "Na", -1.3)], origin)
    path = tmp_path / "references" / "sevennet.parquet"
    write_reference(made, path)
    here = replace(settings(), home=tmp_path)
    assert own_reference(here, "sevennet-0") == path
    assert own_reference(here, "chgnet").name == "reference-chgnet.parquet"
    assert own_reference(here, "m3gnet") is None
