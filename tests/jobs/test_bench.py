"""What a worker judges with: read once, and anew when a file changed."""

import os

from crystal_llm.jobs.bench import judge_files
from crystal_llm.jobs.orders import Judge
from crystal_llm.settings import settings


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
