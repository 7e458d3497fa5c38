"""A file is loaded only when it is the one that was meant."""

import hashlib
import os

import pytest

from crystal_llm.errors import WeightsError
from crystal_llm.language_model.hashes import check_files, sha256_of


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"0123456789" * 1000)
    return path


def test_the_hash_is_the_sha256_of_the_bytes(weights):
    assert sha256_of(weights) == hashlib.sha256(weights.read_bytes()).hexdigest()


def test_the_file_that_was_meant_passes(weights):
    check_files(weights.parent, {weights.name: sha256_of(weights)})


def test_a_changed_byte_is_found_even_in_a_file_that_was_checked_before(weights):
    meant = sha256_of(weights)
    check_files(weights.parent, {weights.name: meant})
    before = weights.stat()
    content = bytearray(weights.read_bytes())
    content[5000] ^= 1
    weights.write_bytes(content)
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(WeightsError, match="damaged, half-written or another") as raised:
        check_files(weights.parent, {weights.name: meant})
    assert str(weights) in str(raised.value)
    assert meant[:12] in str(raised.value)


def test_a_half_written_file_is_found(weights):
    meant = sha256_of(weights)
    weights.write_bytes(weights.read_bytes()[:700])
    with pytest.raises(WeightsError, match="half-written"):
        check_files(weights.parent, {weights.name: meant})


def test_a_missing_file_is_named(weights):
    with pytest.raises(WeightsError, match=r"no-such-file.*cannot be read") as raised:
        check_files(weights.parent, {"no-such-file": "0" * 64})
    assert "restore the file" in str(raised.value)
