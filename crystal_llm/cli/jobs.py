"""``crystal-llm jobs``: the queue from the shell."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag
from crystal_llm.cli.worker import add_database_flag, database_url
from crystal_llm.errors import RequestError
from crystal_llm.io.record_json import to_json, to_plain
from crystal_llm.jobs.job import JOB_STATES

if TYPE_CHECKING:
    from crystal_llm.jobs.job import Job
    from crystal_llm.jobs.queue import JobQueue


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``jobs``."""
    parser = commands.add_parser(
        "jobs",
        help="queue, inspect, stop and retry jobs",
        description="The job queue. `crystal-llm worker` runs the jobs.",
    )
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="the newest jobs")
    listing.add_argument("--state", choices=JOB_STATES, action="append", default=[])
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="default 20")
    listing.set_defaults(run=run_list)
    showing = parts.add_parser("show", help="one job: stages, log, and its order to replay")
    showing.add_argument("--results", type=Path, metavar="FILE", help="write its results (JSONL)")
    showing.add_argument("--replay", type=Path, metavar="FILE", help="write its order (YAML)")
    showing.add_argument("--log", type=int, default=10, metavar="N", help="lines of its log")
    showing.set_defaults(run=run_show)
    stopping = parts.add_parser("stop", help="stop a job; what it found is kept")
    stopping.set_defaults(run=run_stop)
    retrying = parts.add_parser("retry", help="go on with a stopped or failed job")
    retrying.set_defaults(run=run_retry)
    submitting = parts.add_parser("submit", help="queue the order of a replay file")
    submitting.add_argument("file", type=Path, metavar="FILE.yaml")
    submitting.add_argument("--wait", action="store_true", help="wait until it has ended")
    submitting.set_defaults(run=run_submit)
    for part in (showing, stopping, retrying):
        part.add_argument("job", metavar="JOB")
    for part in (listing, showing, stopping, retrying, submitting):
        add_database_flag(part)
        add_json_flag(part)


def run_list(arguments: argparse.Namespace) -> Report:
    """Lists jobs.

    Raises:
        JobError: The database cannot be used.
    """
    jobs = _queue(arguments).jobs(arguments.limit, arguments.state)
    lines = tuple(_line(job) for job in jobs) or ("no jobs",)
    return Report(lines, {"jobs": [_plain(job) for job in jobs]})


def run_show(arguments: argparse.Namespace) -> Report:
    """Shows a job, and writes its results and its order where asked.

    Raises:
        JobError: There is no such job.
        RequestError: A file cannot be written.
    """
    from crystal_llm.jobs.orders import flat, order_yaml

    queue = _queue(arguments)
    job = queue.job(arguments.job)
    log = queue.log(job.id, arguments.log)
    order = queue.order(job.id)
    if arguments.replay:
        _write(arguments.replay, order_yaml(order))
    if arguments.results:
        results = queue.results(job.id)
        _write(arguments.results, "".join(f"{to_json(result)}\n" for result in results))
    lines = [_line(job)]
    if job.failure is not None:
        lines.append(f"  failed: {job.failure}")
    lines += [f"  {_clock(entry.at_unix_s)}  {entry.line}" for entry in log]
    data = _plain(job) | {"log": to_plain(log), "order": flat(order)}
    return Report(tuple(lines), data)


def run_stop(arguments: argparse.Namespace) -> Report:
    """Stops a job.

    Raises:
        JobError: There is no such job, or it has ended.
    """
    return _report(_queue(arguments).stop(arguments.job))


def run_retry(arguments: argparse.Namespace) -> Report:
    """Retries a job.

    Raises:
        JobError: There is no such job, or it is neither stopped nor failed.
    """
    return _report(_queue(arguments).retry(arguments.job))


def run_submit(arguments: argparse.Namespace) -> Report:
    """Queues a job.

    Raises:
        JobError: The file holds no order.
        RequestError: The order asks for something impossible.
    """
    from crystal_llm.jobs.orders import read_replay

    order = read_replay(arguments.file)
    queue = _queue(arguments)
    job_id = queue.submit(order)
    job = queue.wait(job_id, seconds=7 * 86_400) if arguments.wait else queue.job(job_id)
    return replace(_report(job), exit_code=1 if job.state == "failed" else 0)


def _queue(arguments: argparse.Namespace) -> JobQueue:
    from crystal_llm.jobs.queue import JobQueue

    return JobQueue(database_url(arguments))


def _report(job: Job) -> Report:
    return Report((_line(job),), _plain(job))


def _line(job: Job) -> str:
    stages = ", ".join(
        f"{stage.name} {stage.done}/{stage.total}" for stage in job.stages if stage.total
    )
    left = job.time_left_s
    rest = f", about {left:.0f} s left" if left else ""
    lost = ", its worker died: another goes on" if job.worker_alive is False else ""
    begun = f"{_clock(job.created_unix_s)}  {job.kind}, {job.title}"
    return f"{job.id}  {job.state}  {begun}: {stages}{rest}{lost}"


def _plain(job: Job) -> dict[str, Any]:
    return {**to_plain(job), "time_left_s": job.time_left_s, "fraction_done": job.fraction_done}


def _clock(unix_s: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_s))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{path}: cannot be written ({error.strerror})") from error
