"""Crystals from a served model: whole texts come back, and those that are none are drawn again.

A server cannot be told the hard conditions token by token. One that holds regular expressions
(vLLM) is given the format with the elements allowed; everything else is checked here by the
grammar itself, and a text that breaks it is drawn again and counted.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalTextError, RequestError, ServerError
from crystal_llm.generation.grammar import refusal
from crystal_llm.generation.new_only import NameOfKnown, only_known
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.text_format import text_format_of
from crystal_llm.language_model.server import CompletionServer

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

MOST_SERVED_DRAWS = 20
"""How often a text is drawn at most until it is a crystal that meets the hard conditions."""

_LENGTH = r"[1-9][0-9]?\.[0-9]"
_ANGLE = r"([1-9][0-9]?|1[0-7][0-9])"
_COORDINATE = r"0\.[0-9][0-9]"


def crystal_pattern(request: GenerationRequest) -> str:
    """The regular expression of coordinate text with the elements and atoms that are allowed.

    Each alternative is a beginning of no other in its place, so that every engine reads it alike.
    """
    elements = "|".join(sorted(request.rule().elements_allowed({})))
    lattice = rf"{_LENGTH} {_LENGTH} {_LENGTH}\n{_ANGLE} {_ANGLE} {_ANGLE}"
    site = rf"\n({elements})\n{_COORDINATE} {_COORDINATE} {_COORDINATE}"
    return rf"{lattice}({site}){{1,{request.max_atoms}}}"


def write_served(
    model: LoadedModel,
    server: CompletionServer,
    request: GenerationRequest,
    *,
    first: int = 0,
    known: NameOfKnown | None = None,
    progress: Callable[[int, int], None] = lambda done, tokens: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Written]:
    """Writes crystals by a server, as many at once as its card allows.

    Args:
        model: The served model.
        server: Its server.
        request: What is asked.
        first: Index of the first crystal.
        known: Which known structure a crystal is, where known ones are drawn again.
        progress: Called after every crystal with crystals and tokens so far.
        should_stop: Asked after every crystal; those under way are then given up.

    Yields:
        The crystals, in the order in which they end.

    Raises:
        RequestError: A condition or option that a served model cannot have.
        ServerError: The server fails; what ended before is yielded first.
    """
    text_format_of(model).refuse(request)
    if request.guidance is not None:
        raise RequestError("guidance: a served model gives no scores to strengthen; leave it off")
    if request.best_of > 1:
        raise RequestError("best of several: not with a served model; leave it at 1")
    indexes = iter(range(first, request.count))
    done = tokens = 0
    failed: ServerError | None = None
    pool = ThreadPoolExecutor(server.source.requests)
    running: set[Future[tuple[Written, int]]] = set()
    try:
        while True:
            while failed is None and len(running) < server.source.requests:
                index = next(indexes, None)
                if index is None:
                    break
                running.add(
                    pool.submit(_written, model, server, request, index, known, should_stop)
                )
            if not running:
                break
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                try:
                    written, used = future.result()
                except ServerError as error:
                    failed = error
                    continue
                done, tokens = done + 1, tokens + used
                progress(done, tokens)
                yield written
            if should_stop():
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if failed is not None:
        raise failed


def _written(
    model: LoadedModel,
    server: CompletionServer,
    request: GenerationRequest,
    index: int,
    known: NameOfKnown | None,
    should_stop: Callable[[], bool],
) -> tuple[Written, int]:
    """One crystal, or the last text that was none; and the tokens of all its draws."""
    text_format = text_format_of(model)
    began, tokens, draw = time.perf_counter(), 0, 0
    while True:
        served = server.complete(
            request.prompt + request.beginning,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=_seed(request.seed, index, draw),
            max_tokens=text_format.most_tokens(request),
            pattern=None if request.beginning else crystal_pattern(request),
        )
        tokens += served.tokens
        text = (request.beginning + served.text).strip()
        crystal, failure = None, _failure(request, text, is_whole=served.is_whole)
        if failure is None:
            try:
                crystal = text_format.crystal(text)
            except CrystalTextError as error:
                failure = str(error)
        name = None if known is None or crystal is None else known(crystal)
        if name is not None:
            crystal, failure = None, only_known(name, draw + 1)
        if failure is None or draw + 1 == MOST_SERVED_DRAWS or should_stop():
            break
        draw += 1
    written = Written(
        id=f"{request.seed}-{index}",
        crystal=crystal,
        failure=failure,
        index=index,
        text=text,
        log_likelihood=served.log_likelihood,
        prompt=request.prompt,
        seed=request.seed,
        model=model.identity,
        wall_s=time.perf_counter() - began,
        redrawn=draw,
    )
    return written, tokens


def _failure(request: GenerationRequest, text: str, *, is_whole: bool) -> str | None:
    """Why a text is no crystal of the request; None where it is one."""
    if not is_whole:
        return "the text breaks off at the limit on tokens"
    return refusal(request.rule(), text, request.spacing())


def _seed(seed: int, index: int, draw: int) -> int:
    """A seed of 31 bits, which every server takes."""
    digest = hashlib.sha256(f"{seed}/{index}/{draw}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
