import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pair_potential import CARD, LOADER, PairPotential, cubic, face_centred

from crystal_llm.errors import RelaxationCacheError
from crystal_llm.io.file_system import network_file_system
from crystal_llm.relaxation import cache as cache_module
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.cache import RelaxationCache, cache_key
from crystal_llm.relaxation.relax import failed_relaxation, relax_one
from crystal_llm.relaxation.result import RelaxationSettings

SETTINGS = RelaxationSettings()
KEY = "k" * 64


@pytest.fixture(scope="module")
def result():
    return relax_one(cubic(), PairPotential(), SETTINGS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "relaxations.sqlite"


@pytest.fixture
def cache(path):
    with RelaxationCache(path) as opened:
        yield opened


def elsewhere(script, *arguments, **kwargs):
    """Another process that can import what tests can."""
    folder = str(Path(__file__).parents[1])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([folder, *filter(None, sys.path)]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        **kwargs,
    )


def test_what_is_put_comes_back_bit_by_bit(cache, path, result):
    assert cache.get(KEY) is None
    cache.put(KEY, result)
    assert cache.get(KEY) == replace(result, cached=True)
    with RelaxationCache(path) as again:
        assert again.get(KEY) == replace(result, cached=True)
        assert len(again) == 1


def test_a_failure_that_would_come_again_is_kept_and_another_is_not(cache):
    cache.put(KEY, failed_relaxation("atoms too close", CARD.method, 0.1))
    assert cache.get(KEY).failure == "atoms too close"
    other = "o" * 64
    cache.put(other, failed_relaxation("time limit", CARD.method, 0.1, repeatable=False))
    assert cache.get(other) is None


LAST_BITS = st.sampled_from(["length", "angle", "coordinate"])


@given(LAST_BITS, st.integers(0, 2))
def test_the_key_knows_every_number_to_its_last_bit(kind, axis):
    crystal = cubic()

    def moved(values):
        return tuple(
            math.nextafter(value, 1e9) if n == axis else value for n, value in enumerate(values)
        )

    first, *others = crystal.fractional_coordinates
    other = {
        "length": replace(crystal, lengths_angstrom=moved(crystal.lengths_angstrom)),
        "angle": replace(crystal, angles_degrees=moved(crystal.angles_degrees)),
        "coordinate": replace(crystal, fractional_coordinates=(moved(first), *others)),
    }[kind]
    assert cache_key(other, SETTINGS, CARD.method) != cache_key(crystal, SETTINGS, CARD.method)


def test_the_key_knows_all_but_the_time_limit():
    changed = {
        "max_force_ev_per_angstrom": 0.1,
        "max_steps": 10,
        "time_limit_s": 10.0,
        "optimizer": "LBFGS",
    }
    assert set(changed) == {field.name for field in fields(RelaxationSettings)}
    keys = {
        name: cache_key(cubic(), replace(SETTINGS, **{name: value}), CARD.method)
        for name, value in changed.items()
    }
    keys["weights"] = cache_key(cubic(), SETTINGS, replace(CARD.method, weights_sha256="1" * 64))
    keys["potential"] = cache_key(cubic(), SETTINGS, replace(CARD.method, potential="other"))
    keys["species"] = cache_key(cubic(("Ne",) * 4), SETTINGS, CARD.method)
    keys["usual"] = cache_key(cubic(), SETTINGS, CARD.method)
    assert keys["time_limit_s"] == keys["usual"]
    assert len(set(keys.values())) == len(keys) - 1


RELAX = """
import sys
from pathlib import Path
from pair_potential import CARD, LOADER, face_centred
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.cache import RelaxationCache
from crystal_llm.relaxation.result import RelaxationSettings
crystals = [face_centred(a=4.0 + 0.05 * n) for n in range(6)]
with RelaxationCache(Path(sys.argv[1])) as cache:
    print("open", flush=True)
    sys.stdin.readline()
    found = dict(relax_many(crystals, "pair", RelaxationSettings(), processes=1, cache=cache,
                            card=CARD, loader=LOADER))
print(sorted(found), [found[n].converged for n in range(6)], flush=True)
"""


def test_two_processes_share_a_cache_at_once(path):
    both = [elsewhere(RELAX, path, stdin=subprocess.PIPE) for _ in range(2)]
    assert [process.stdout.readline() for process in both] == ["open\n"] * 2
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in both]
    assert said == [f"{list(range(6))} {[True] * 6}\n"] * 2
    with RelaxationCache(path) as cache:
        assert len(cache) == 6


def test_what_another_process_relaxed_meanwhile_is_not_relaxed_again(cache, path):
    crystals = [cubic(), face_centred(a=4.0), face_centred(a=4.4)]
    arguments = {"processes": 1, "cache": cache, "card": CARD, "loader": LOADER}
    results = relax_many(crystals, "pair", SETTINGS, **arguments)
    place, first = next(results)
    assert (place, first.cached) == (0, False)
    theirs = relax_one(crystals[2], PairPotential(), SETTINGS)
    with RelaxationCache(path) as other:
        other.put(cache_key(crystals[2], SETTINGS, CARD.method), theirs)
    rest = dict(results)
    assert (rest[1].cached, rest[2].cached) == (False, True)
    assert rest[2].wall_s == theirs.wall_s


def damaged(path, result):
    with RelaxationCache(path) as cache:
        for n in range(20):
            cache.put(f"{n:064d}", result)
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(reversed(content[4096:]))
    path.write_bytes(content)


def cut(path, result):
    with RelaxationCache(path) as cache:
        for n in range(20):
            cache.put(f"{n:064d}", result)
    path.write_bytes(path.read_bytes()[:10_000])


def foreign(path, result, mode="DELETE"):
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("CREATE TABLE relaxation (key TEXT)")
    connection.commit()
    connection.close()


FILES = {
    "text": lambda path, result: path.write_text("not a database\n" * 20),
    "short": lambda path, result: path.write_bytes(b"SQLite format 3\x00"),
    "damaged": damaged,
    "cut": cut,
    "foreign": foreign,
    "foreign with a write-ahead log": lambda path, result: foreign(path, result, "WAL"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_not_a_sound_cache_is_refused_and_left_alone(tmp_path, kind, result):
    path = tmp_path / "relaxations.sqlite"
    FILES[kind](path, result)
    before = path.read_bytes()
    with pytest.raises(RelaxationCacheError) as caught:
        RelaxationCache(path)
    assert str(path) in str(caught.value)
    assert "nothing was" in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_entry_that_was_changed_is_not_believed(cache, path, result):
    cache.put(KEY, result)
    with sqlite3.connect(path) as connection:
        text = connection.execute("SELECT result FROM relaxation").fetchone()[0]
        record = json.loads(text) | {"energy_ev_per_atom": -99.0}
        connection.execute("UPDATE relaxation SET result = ?", (json.dumps(record),))
    connection.close()
    with pytest.raises(RelaxationCacheError, match="is damaged"):
        cache.get(KEY)


def test_a_cache_of_a_later_version_is_refused(path):
    RelaxationCache(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=3")
    connection.close()
    with pytest.raises(RelaxationCacheError, match="of version 3, this program reads up to 2"):
        RelaxationCache(path)


def test_a_cache_of_the_first_version_serves_whatever_claims_it_holds(path, result):
    with RelaxationCache(path) as cache:
        cache.put(KEY, result)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE claim (key TEXT PRIMARY KEY, owner TEXT NOT NULL)")
        connection.execute("INSERT INTO claim VALUES (?, 'a process long gone')", ("o" * 64,))
        connection.execute("PRAGMA user_version=1")
    connection.close()
    with RelaxationCache(path) as cache:
        assert cache.get(KEY) == replace(result, cached=True)
        cache.put("o" * 64, result)
        assert len(cache) == 2


def test_a_folder_and_a_place_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(RelaxationCacheError, match="is a folder"):
        RelaxationCache(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RelaxationCacheError, match="cannot be used"):
        RelaxationCache(tmp_path / "file" / "relaxations.sqlite")


def test_a_network_file_system_is_refused(path, monkeypatch):
    monkeypatch.setattr(cache_module, "network_file_system", lambda path: "nfs4")
    with pytest.raises(RelaxationCacheError, match=r"network file system \(nfs4\)"):
        RelaxationCache(path)
    assert not path.exists()


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home {folder}/far nfs4 rw 0 0
/dev/vdb {folder}/far/near ext4 rw 0 0
//server/share {folder}/a\\040share cifs rw 0 0
/dev/vdc {folder}/twice ext4 rw 0 0
server:/x {folder}/twice nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("here/file", None),
        ("far/file", "nfs4"),
        ("farther/file", None),
        ("far/near/file", None),
        ("a share/file", "cifs"),
        ("twice/file", "nfs"),
    ],
)
def test_network_file_systems_are_recognised_by_their_mounts(tmp_path, place, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(folder=tmp_path.resolve()))
    assert network_file_system(tmp_path / place, mounts) == kind
    assert network_file_system(tmp_path / place, tmp_path / "no mounts") is None


def test_a_cache_copied_away_still_serves(cache, path, tmp_path, result):
    cache.put(KEY, result)
    shutil.copy(path, tmp_path / "copy.sqlite")
    with RelaxationCache(tmp_path / "copy.sqlite") as copy:
        assert copy.get(KEY) is not None


def test_a_commit_that_a_reader_holds_up_costs_that_call_alone(path, result, monkeypatch):
    monkeypatch.setattr(cache_module, "_BUSY_SECONDS", 0.1)
    with RelaxationCache(path) as cache:
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM relaxation").fetchall()
        with pytest.raises(RelaxationCacheError, match="another process holds it"):
            cache.put(KEY, result)
        assert cache.get(KEY) is None
        reader.execute("COMMIT")
        reader.close()
        cache.put(KEY, result)
        with RelaxationCache(path) as other:
            assert other.get(KEY) is not None
