import sqlite3

import numpy as np
import pytest

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation import fingerprint_cache, fingerprinting
from crystal_llm.evaluation.fingerprint_cache import FingerprintCache, fingerprint_key
from crystal_llm.evaluation.fingerprinting import fingerprints
from crystal_llm.types import PlainCrystal


def salt(edge, shift=0.0):
    positions = ((shift, 0.0, 0.0), (0.5, 0.5, 0.5))
    return PlainCrystal((edge, edge, edge), (90.0, 90.0, 90.0), ("Na", "Cl"), positions)


TOO_SMALL = PlainCrystal((0.3, 0.3, 0.3), (90.0, 90.0, 90.0), ("Na",), ((0.0, 0.0, 0.0),))


def test_made_once_and_kept(tmp_path, monkeypatch):
    crystals = [salt(3.4), salt(3.5), salt(3.4), TOO_SMALL]
    with FingerprintCache(tmp_path / "f.sqlite") as cache:
        made = fingerprints(crystals, cache, processes=0)
    monkeypatch.setattr(fingerprinting, "fingerprint", None)  # nothing is left to compute
    with FingerprintCache(tmp_path / "f.sqlite") as cache:
        again = fingerprints(crystals, cache, processes=0)
    for first, second in zip(made, again, strict=True):
        assert np.array_equal(first.composition, second.composition, equal_nan=True)
        assert first.failure == second.failure
    assert np.array_equal(made[0].structure, again[0].structure)
    assert made[0] is made[2] and made[3].structure is None and made[3].failure


def test_processes_give_the_same_and_tell_how_far_they_are():
    progress = []
    crystals = [salt(3.4), TOO_SMALL, salt(3.6)]
    made = fingerprints(crystals, processes=1, progress=lambda *now: progress.append(now))
    for fingerprint, alone in zip(made, fingerprints(crystals, processes=0), strict=True):
        assert fingerprint.failure == alone.failure
        assert np.array_equal(fingerprint.composition, alone.composition, equal_nan=True)
    assert made[0].structure is not None and progress[0] == (1, 3) and progress[-1] == (3, 3)


def test_a_crystal_that_takes_too_long_costs_itself_alone_and_is_not_kept(tmp_path):
    # 64 sites that no symmetry makes alike: about a second.
    places = np.indices((4, 4, 4)).reshape(3, -1).T / 4
    places = places + np.random.default_rng(0).uniform(-0.03, 0.03, places.shape)
    sites = tuple((float(x), float(y), float(z)) for x, y, z in places % 1.0)
    slow = PlainCrystal((11.0,) * 3, (90.0,) * 3, ("Na", "Cl") * 32, sites)
    with FingerprintCache(tmp_path / "f.sqlite") as cache:
        made, _ = fingerprints([slow, salt(3.4)], cache, processes=1, seconds_per_crystal=0.25)
        assert made.structure is None and "takes more than 0.25 s" in made.failure
        assert made.composition.shape == (132,)
        assert cache.known([fingerprint_key(slow)]) == {}


def test_a_key_knows_every_digit_and_the_versions(monkeypatch):
    assert fingerprint_key(salt(3.4)) == fingerprint_key(salt(3.4))
    assert fingerprint_key(salt(3.4)) != fingerprint_key(salt(3.4, shift=1e-15))
    before = fingerprint_key(salt(3.4))
    monkeypatch.setattr(fingerprint_cache, "fingerprint_versions", lambda: {"matminer": "99"})
    assert fingerprint_key(salt(3.4)) != before


def test_files_that_are_no_cache_are_refused_and_left_alone(tmp_path):
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = foreign.read_bytes()
    with pytest.raises(EvaluationError, match="another program"):
        FingerprintCache(foreign)
    assert foreign.read_bytes() == before
    text = tmp_path / "text.sqlite"
    text.write_text("no database, but long enough to be looked at\n" * 100)
    with pytest.raises(EvaluationError, match="cannot be used"):
        FingerprintCache(text)
