"""The worker: owns the models, takes jobs from the queue and does them.

It is told to stop by SIGTERM or Ctrl-C and then gives back what it has under way; killed
outright it gives nothing back, and the next worker finds that out and goes on.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.bench import JudgeFiles, bench_of, judge_files
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.fine_tuning import FineTuneWork
from crystal_llm.jobs.handlers import Work
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.improve_work import ImproveWork
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.tables import (
    APPLICATION,
    APPLICATION_VERSION,
    QUESTION_QUEUE,
    QUESTION_WORKFLOW,
    QUEUE,
    WAKE_WORKFLOW,
    WORKFLOW,
    open_jobs_database,
)
from crystal_llm.jobs.worker_registry import BEAT_SECONDS, Registration, WorkerRegistry
from crystal_llm.library.database import Database
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels, is_own
from crystal_llm.library.store import Library
from crystal_llm.relaxation.pool import RelaxationPool, usable_cores
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.jobs.order import Judge
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel

_POLL_SECONDS = 0.2
QUESTION_POLL_SECONDS = 0.1
"""A page waits for the answer to a question."""

_GRACE_SECONDS = 20.0
"""How long a worker that is told to stop waits for its jobs to reach a step between tokens
or relaxations. What is under way then is done again elsewhere."""

MOST_DISPATCHES = 20
"""A job that killed so many workers is given up."""

IDLE_POOL_SECONDS = 600.0
"""A worker that relaxed nothing for so long ends the processes that do: each holds a potential."""

_KEPT_BENCHES = 2
_BEHIND = 10  # nice, 0 to 19


def run_worker(
    configured: Settings, concurrency: int, tell: Callable[[str], None], worker_id: str = ""
) -> None:
    """Works until told to stop, then ends the process.

    Args:
        configured: Where database, models and home are.
        concurrency: Jobs at once in this worker; the worker that started last sets it for
            all, since the queue has one such number.
        tell: Where its own log goes.
        worker_id: Its name; empty makes one.

    Raises:
        JobError: The database cannot be used.
    """
    worker_id = worker_id or f"{os.getpid()}-{secrets.token_hex(3)}"
    database = open_jobs_database(configured.database_url)
    worker = _Worker(database, configured, worker_id, tell)
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    worker.start(concurrency)
    tell(f"worker {worker_id}: takes jobs from {database.shown}")
    while not told_to_stop.wait(BEAT_SECONDS):
        worker.look_around()
    tell(f"worker {worker_id}: stopping")
    worker.stop()


def spare_a_core(model: LoadedModel, usual_threads: int) -> None:
    """Leaves a core to the pages where a small network writes, in this thread.

    Two threads that share its short products wait for each other as soon as a browser draws beside
    them: the first crystal then comes later than by one. What is bound by reading its weights
    takes all.

    Args:
        model: What writes next.
        usual_threads: What torch chose by itself.
    """
    import torch

    small = model.card.network is not None and model.device == "cpu"
    spared = max(1, min(usual_threads, usable_cores() - 1))
    torch.set_num_threads(spared if small else usual_threads)


class _Worker:
    """What a worker keeps between jobs; it is the jobs' :class:`WorkerResources`."""

    def __init__(
        self, database: Database, configured: Settings, worker_id: str, tell: Callable[[str], None]
    ) -> None:
        self.writing = threading.Lock()
        self._database, self.configured = database, configured
        self._id, self._tell = worker_id, tell
        self._registration = Registration(database, worker_id, os.getpid())
        self._registry = WorkerRegistry(database)
        self._models: list[weakref.ref[LoadedModel]] = []
        self._usual_threads = 0
        # One for all benches: each process of it holds a potential and keeps a core busy.
        self._pool = RelaxationPool()
        self._benches: dict[tuple[Judge, JudgeFiles], JudgingResources] = {}
        self._bench_lock = threading.Lock()
        self._stopping = False
        self._busy: set[int] = set()  # threads with a job that has not come to rest
        self._under_way: set[JobRecord] = set()

    def start(self, concurrency: int) -> None:
        """Takes jobs from now on."""
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        logging.getLogger("dbos").setLevel(logging.WARNING)
        logging.getLogger("dbos").addFilter(_is_news)
        self._registration.beat()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._database.url,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._id,
            # dbos's own default is pickle, which a foreign row could use to run code.
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
        DBOS(config=config)

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_DISPATCHES)
        def run_job(job_id: str, attempt: int) -> None:
            self._run(job_id, attempt)

        @DBOS.workflow(name=QUESTION_WORKFLOW, max_recovery_attempts=MOST_DISPATCHES)
        def answer(question_id: str) -> None:
            self._answer(question_id)

        @DBOS.workflow(name=WAKE_WORKFLOW, max_recovery_attempts=MOST_DISPATCHES)
        def wake() -> None:
            self._wake()

        DBOS.launch()
        DBOS.register_queue(
            QUESTION_QUEUE,
            worker_concurrency=1,
            polling_interval_sec=QUESTION_POLL_SECONDS,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=concurrency,
            polling_interval_sec=_POLL_SECONDS,
            on_conflict="always_update",
        )
        self._take_over()

    def look_around(self) -> None:
        """Gives a sign of life and takes over from those that give none."""
        try:
            self._registration.beat()
            for job in tuple(self._under_way):
                job.tick()
            self._take_over()
            self._pool.close_if_idle(IDLE_POOL_SECONDS)
        except CrystalLLMError as error:  # the database is away for a moment
            self._tell(f"worker {self._id}: {error}")

    def stop(self) -> None:
        """Ends the process; jobs under way are there for others to take."""
        self._stopping = True
        end = time.monotonic() + _GRACE_SECONDS
        while self._busy and time.monotonic() < end:
            time.sleep(0.05)
        try:
            self._registration.leave()
        finally:
            _end_children()
            sys.stdout.flush()
            sys.stderr.flush()
            # Threads of jobs at rest would keep the process; what they did is stored.
            os._exit(0)

    def model(self, name: str | None, quantisation: str | None, job: JobRecord) -> LoadedModel:
        """A language model; loaded once, and counted."""
        return self._model(name, quantisation, job.log, lambda: job.owner)

    def _model(
        self,
        name: str | None,
        quantisation: str | None,
        report: Callable[[str], None],
        owner: Callable[[], str],
    ) -> LoadedModel:
        import torch

        from crystal_llm.language_model.loading import load_model

        if name is not None and is_own(name):
            self.own_models(owner()).fetch(name)
        model = load_model(name, quantisation=quantisation, configured=self.configured)
        if not self.configured.threads:
            self._usual_threads = self._usual_threads or torch.get_num_threads()
            spare_a_core(model, self._usual_threads)
        # Counting a model must not keep it: what is loaded gives way to the next.
        self._models = [held for held in self._models if held() is not None]
        if not any(held() is model for held in self._models):
            self._models.append(weakref.ref(model))
            self._registration.model_loaded()
            line = f"{model.identity}: loaded in {model.load_s:.1f} s by worker {self._id}"
            report(line)
            self._tell(line)
        return model

    def flow(self, name: str) -> LoadedFlow:
        """A network that refines crystals; loaded once."""
        from crystal_llm.flow.card import load_flow

        return load_flow(name, self.configured)

    def bench(self, judge: Judge) -> JudgingResources:
        """What crystals are judged with; read once, and again when its files change."""
        files = judge_files(judge, self.configured)
        with self._bench_lock:
            if (judge, files) not in self._benches:
                while len(self._benches) >= _KEPT_BENCHES:
                    del self._benches[next(iter(self._benches))]
                self._benches[judge, files] = bench_of(judge, files, self.configured, self._pool)
            return self._benches[judge, files]

    def library(self, owner: str) -> Library:
        """An owner's library."""
        return Library(self._database, owner)

    def own_models(self, owner: str) -> OwnModels:
        """An owner's fine-tuned models, with their files in the home folder."""
        return OwnModels(self._database, self.configured.home / "models", owner)

    def offered_models(self, owner: str) -> OfferedModels:
        """The models that an owner was offered."""
        return OfferedModels(self._database, owner)

    def rest_if_stopping(self) -> None:
        """Where the worker is about to end, rests until it does."""
        if self._stopping:
            self._busy.discard(threading.get_ident())
            # An error or an end would be recorded as the job's own.
            threading.Event().wait()

    def _run(self, job_id: str, attempt: int) -> None:
        """The workflow: one attempt at a job."""
        from dbos import DBOS, PortableWorkflowError

        from crystal_llm.errors import JobError

        job = JobRecord(self._database, job_id, f"{job_id}.{attempt}", self._id)
        self._busy.add(threading.get_ident())
        try:
            self.rest_if_stopping()
            job.begin()
            self._under_way.add(job)
            job.log(f"attempt {attempt}: worker {self._id} took the job")
            self._work(job, lambda name, done: _step(DBOS, name, done))
            if job.end():
                self._registration.job_done()
                job.log("finished")
                self._tell(f"job {job_id}: finished")
        except CrystalLLMError as error:
            job.log(f"failed: {error}")
            self._tell(f"job {job_id}: failed: {error}")
            job.end(str(error))
            raise
        except PortableWorkflowError as error:  # a step's error, told again after a restart
            job.end(error.message)
            raise JobError(error.message) from error
        except Exception as error:
            job.log(traceback.format_exc())
            self._tell(f"job {job_id}: {traceback.format_exc()}")
            job.end(f"unexpected fault ({type(error).__name__}: {error}); see the job's log")
            raise
        finally:
            self._under_way.discard(job)
            self._busy.discard(threading.get_ident())

    def _work(self, job: JobRecord, step: Callable[[str, Callable[[], None]], None]) -> None:
        order = job.order()
        if isinstance(order, FineTuneOrder):
            FineTuneWork(job, self, self.configured, step).run()
        elif isinstance(order, ImproveOrder):
            ImproveWork(job, self, self.configured, step).run()
        else:
            Work(job, self, step).run()

    def _answer(self, question_id: str) -> None:
        """The workflow of a question: whatever becomes of it is its answer."""
        from crystal_llm.jobs.infill_requests import (
            answers,
            failed_answer,
            owner_of,
            read_question,
            store_answer,
        )

        self._busy.add(threading.get_ident())
        question = None
        try:
            self.rest_if_stopping()
            question = read_question(self._database, question_id)
            if question is None:
                return
            model = self._model(
                question.model,
                None,
                lambda line: None,
                lambda: owner_of(self._database, question_id),
            )
            # On the processor a decoder keeps nothing between batches: a job may write on.
            alone = nullcontext() if model.decoder.can_retract else self.writing
            with alone:
                computed = answers(model, question)
                store_answer(self._database, question_id, next(computed))
                # The page draws the first look now, and goes first.
                with ThreadPoolExecutor(1, initializer=_give_way) as aside:
                    while (answer := aside.submit(next, computed, None).result()) is not None:
                        store_answer(self._database, question_id, answer)
        except CrystalLLMError as error:
            store_answer(self._database, question_id, failed_answer(question, str(error)))
        except Exception as error:
            self._tell(f"question {question_id}: {traceback.format_exc()}")
            failure = f"unexpected fault ({type(error).__name__}: {error})"
            store_answer(self._database, question_id, failed_answer(question, failure))
        finally:
            self._busy.discard(threading.get_ident())

    def _wake(self) -> None:
        """Loads what questions are put to; whoever asks first is told if it fails."""
        from crystal_llm.stability.written_energies import shipped_energies

        try:
            self.rest_if_stopping()
            self._model(None, None, lambda line: None, lambda: LOCAL_USER)
            shipped_energies(self.configured)
        except CrystalLLMError as error:
            self._tell(f"worker {self._id}: {error}")

    def _take_over(self) -> None:
        """Puts the jobs of dead workers back into the queue."""
        from dbos import DBOS

        if self._stopping:
            return
        states = self._registry.workers()
        alive = {state.id for state in states if state.alive} | {self._id}
        held = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        dead = {workflow.executor_id for workflow in held if workflow.executor_id} - alive
        if dead:
            DBOS._recover_pending_workflows(sorted(dead))
            self._tell(f"worker {self._id}: took over from {', '.join(sorted(dead))}")
        for state in states:
            if not state.alive and state.id != self._id:
                self._registry.forget(state.id)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a message of dbos says more than a job's own log: not that it failed or stopped."""
    from dbos import error

    of_jobs = (CrystalLLMError, error.DBOSAwaitedWorkflowCancelledError)
    of_a_job = record.exc_info is not None and isinstance(record.exc_info[1], of_jobs)
    return not of_a_job and "was cancelled during execution" not in record.getMessage()


def _give_way() -> None:
    """Lets other programs go before this thread, and those that it starts, where Linux can."""
    if sys.platform == "linux":
        own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        # Never less than it is: who is no administrator may not take that back.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), max(own, _BEHIND))


def _step(dbos: Any, name: str, done: Callable[[], None]) -> None:
    """Runs a step; one that was given up is not recorded, so that it can be run again."""
    from dbos import error

    def run() -> None:
        try:
            done()
        except JobStopped:
            raise error.DBOSWorkflowCancelledError("the job is no longer this worker's") from None

    dbos.run_step({"name": name}, run)


def _end_children() -> None:
    """Ends the relaxation processes of this worker."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        try:
            child.terminate()
        except psutil.Error:
            continue
