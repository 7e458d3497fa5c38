import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from pair_potential import CARD, DIES, HANGS, LOADER, cubic, face_centred

from crystal_llm.errors import PotentialError
from crystal_llm.relaxation import pool as pool_module
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.pool import RelaxationPool, usual_processes
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import read_settings

SETTINGS = RelaxationSettings(time_limit_s=600.0)


PAIR = ("pair", SETTINGS)


def pool(processes=2):
    return RelaxationPool(processes, loader=LOADER)


def gone(pids):
    """Waits until none of the processes runs; False when that takes too long."""
    for _ in range(600):
        if not any(
            psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
            for pid in pids
        ):
            return True
        time.sleep(0.1)
    return False


def test_results_are_those_of_one_by_one_and_the_largest_comes_first():
    from pair_potential import PairPotential

    from crystal_llm.relaxation.relax import relax_one

    crystals = [face_centred(a=4.0), face_centred("Ne"), cubic(), face_centred(a=4.4)]
    progress = []
    with pool(1) as relaxer:
        results = list(
            relaxer.relax(
                crystals, *PAIR, progress=lambda done, total: progress.append((done, total))
            )
        )
        assert len(relaxer.process_ids) == 1
    assert [index for index, _ in results] == [2, 0, 1, 3]
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    for index, result in results:
        expected = relax_one(crystals[index], PairPotential(), SETTINGS)
        assert result.relaxed == expected.relaxed
        assert result.energies_ev_per_atom == expected.energies_ev_per_atom
        assert result.method == CARD.method


def test_a_process_that_dies_costs_its_crystal_alone():
    crystals = [face_centred(), cubic(("Ar", DIES, "Ar", "Ar")), face_centred(), face_centred()]
    with pool(1) as relaxer:
        results = dict(relaxer.relax(crystals, *PAIR))
    assert sorted(results) == [0, 1, 2, 3]
    assert "SIGKILL" in results[1].failure
    assert not results[1].repeatable
    assert results[1].method == CARD.method
    assert all(results[index].converged for index in (0, 2, 3))


def test_a_process_killed_from_outside_costs_its_crystal_alone():
    crystals = [cubic((HANGS, "Ar", "Ar", "Ar")), face_centred(), face_centred()]
    with pool(1) as relaxer:

        def kill_the_one_that_hangs():
            while not holding.wait(0.05):
                pass
            os.kill(relaxer.process_ids[0], signal.SIGKILL)

        holding = threading.Event()

        def begin(index):
            if index == 0:
                threading.Timer(1.0, holding.set).start()
            return True

        killer = threading.Thread(target=kill_the_one_that_hangs)
        killer.start()
        results = dict(relaxer.relax(crystals, *PAIR, begin=begin))
        killer.join()
    assert "SIGKILL" in results[0].failure
    assert results[1].converged and results[2].converged


def test_a_process_that_hangs_is_killed_and_replaced():
    settings = RelaxationSettings(time_limit_s=1.0)
    crystals = [cubic((HANGS, "Ar", "Ar", "Ar")), cubic(("Na", "Cl")), face_centred("Xe")]
    with RelaxationPool(1, loader=LOADER, margin_s=2.0) as relaxer:
        results = dict(relaxer.relax(crystals, "pair", settings))
        replaced = relaxer.process_ids
    assert "gave no answer for 3 s" in results[0].failure
    assert "gave no answer for 3 s" in results[2].failure
    assert not results[0].repeatable
    assert results[1].failure is None or "time limit" in results[1].failure
    assert gone(replaced)


def test_closing_leaves_no_process_behind():
    with pool(2) as two:
        assert len(list(two.relax([face_centred(), face_centred()], *PAIR))) == 2
        pids = two.process_ids
        assert pids
    assert gone(pids)
    assert two.process_ids == ()


def test_stopping_gives_up_what_is_not_done():
    crystals = [face_centred(), face_centred(), cubic((HANGS, "Ar", "Ar", "Ar"))]
    asked = []
    with pool(1) as relaxer:
        results = list(
            relaxer.relax(crystals, *PAIR, should_stop=lambda: len(asked) > 5 or asked.append(1))
        )
        assert all(index != 2 for index, _ in results)
        # The one that hung is gone; the pool serves on.
        assert [index for index, _ in relaxer.relax([face_centred()], *PAIR)] == [0]


def test_what_begin_declines_is_left_out():
    with pool(1) as relaxer:
        results = dict(relaxer.relax([face_centred()] * 3, *PAIR, begin=lambda index: index == 1))
    assert list(results) == [1]


def test_no_crystals_start_no_process():
    with pool() as relaxer:
        assert list(relaxer.relax([], *PAIR)) == []
        assert relaxer.process_ids == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [("unknown", "use one of pair"), ("breaks", "exit code 1 (RuntimeError: a fault of ours)")],
)
def test_a_potential_that_cannot_be_loaded_is_an_error(name, said):
    with (
        RelaxationPool(2, loader=LOADER) as first,
        pytest.raises(PotentialError) as caught,
    ):
        list(first.relax([face_centred()], name, SETTINGS))
    assert said in str(caught.value)
    assert first.process_ids == ()


def test_a_process_that_cannot_load_leaves_the_work_to_the_others(tmp_path):
    crystals = [cubic(a=4.0 + 0.1 * n) for n in range(4)]
    loader, name = "pair_potential:load_pair_once", str(tmp_path / "loaded")
    with RelaxationPool(1, loader=loader) as relaxer:
        list(relaxer.relax(crystals[:1], name, SETTINGS))
        held, relaxer.processes = relaxer.process_ids, 2

        def wait_for_the_death(done, total):
            for _ in range(600):
                if relaxer.processes == 1 or done > 1:
                    return
                list(relaxer._collect())
                time.sleep(0.1)

        results = dict(relaxer.relax(crystals, name, SETTINGS, progress=wait_for_the_death))
        assert relaxer.process_ids == held
        assert relaxer.processes == 1
    assert all(results[index].converged for index in range(4))


def test_a_process_that_died_while_idle_costs_nothing():
    with pool(1) as relaxer:
        list(relaxer.relax([face_centred()], *PAIR))
        os.kill(relaxer.process_ids[0], signal.SIGKILL)
        relaxer._workers[0].process.wait()
        results = dict(relaxer.relax([face_centred(a=4.4)], *PAIR))
    assert results[0].converged


@pytest.mark.parametrize(("device", "processes"), [("cpu", 16), ("cuda", 4)])
def test_a_gpu_is_shared_by_few_processes(monkeypatch, device, processes):
    configured = read_settings({"CRYSTAL_LLM_DEVICE": device})
    monkeypatch.setattr(pool_module, "process_settings", lambda: configured)
    monkeypatch.setattr(pool_module, "usable_cores", lambda: 16)
    assert usual_processes() == processes
    assert RelaxationPool().processes == processes


def test_processes_end_with_a_parent_that_is_killed():
    script = (
        "from pair_potential import *\n"
        "from crystal_llm.relaxation.pool import RelaxationPool\n"
        "from crystal_llm.relaxation.result import RelaxationSettings\n"
        "one = RelaxationPool(2, loader=LOADER)\n"
        "hanging = cubic((HANGS, 'Ar', 'Ar', 'Ar'))\n"
        "crystals = [face_centred(), face_centred(), hanging, hanging]\n"
        "for _ in one.relax(crystals, 'pair', RelaxationSettings()): pass\n"
    )
    folder = str(Path(__file__).parents[1])
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([folder, *filter(None, sys.path)])},
    )
    try:
        workers = []
        for _ in range(600):
            workers = [child.pid for child in psutil.Process(parent.pid).children()]
            if len(workers) == 2:
                break
            time.sleep(0.1)
        assert len(workers) == 2
    finally:
        parent.kill()
        parent.wait()
    assert gone(workers)


def test_a_pool_serves_call_after_call_with_the_same_processes():
    with pool(1) as relaxer:
        arguments = {"pool": relaxer, "card": CARD, "loader": LOADER}
        first = dict(relax_many([face_centred()], "pair", SETTINGS, **arguments))
        held = relaxer.process_ids
        second = dict(relax_many([face_centred(a=4.4)], "pair", SETTINGS, **arguments))
        assert relaxer.process_ids == held
    assert first[0].converged
    assert second[0].converged
    assert gone(held)


def test_a_pool_that_turns_to_another_potential_ends_the_processes_of_the_one_before():
    with pool(2) as two:
        list(two.relax([face_centred()] * 4, *PAIR))
        before = two.process_ids
        results = dict(two.relax([face_centred()], "another name", SETTINGS))
        assert results[0].converged
        assert gone(before)
        assert len(two.process_ids) == 1
        # Other settings are no reason to load the potential again.
        held, coarse = two.process_ids, RelaxationSettings(max_steps=1)
        assert dict(two.relax([cubic()], "another name", coarse))[0].steps <= 1
        assert two.process_ids == held


def test_a_pool_that_is_idle_ends_its_processes_and_serves_on():
    with pool(1) as relaxer:
        list(relaxer.relax([face_centred()], *PAIR))
        held = relaxer.process_ids
        relaxer.close_if_idle(3600.0)
        assert relaxer.process_ids == held
        relaxer.close_if_idle(0.0)
        assert relaxer.process_ids == ()
        assert gone(held)
        relaxing = relaxer.relax([face_centred()] * 2, *PAIR)
        next(relaxing)
        relaxer.close_if_idle(0.0)
        assert relaxer.process_ids, "it is not idle"
        assert len(list(relaxing)) == 1


def test_threads_that_share_a_pool_take_turns():
    results = {}

    def relax(name, crystals):
        results[name] = dict(relaxer.relax(crystals, *PAIR))

    with pool(2) as relaxer:
        sets = {"first": [face_centred(), cubic()], "second": [face_centred("Ne")]}
        threads = [threading.Thread(target=relax, args=pair) for pair in sets.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(results["first"]) == [0, 1]
    assert sorted(results["second"]) == [0]
    assert set(results["second"][0].relaxed.species) == {"Ne"}
