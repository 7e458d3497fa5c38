"""Models that another program serves by OpenAI's completions protocol (vLLM, `transformers serve`).

A server samples whole texts by itself, so nothing here steps through a crystal: texts come back
and are checked. Which restrictions it takes, and whether it says how likely a text is, depends on
what it understands beside the protocol (``api`` of the card).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import RequestError, ServerError
from crystal_llm.language_model.card import ServerSource

if TYPE_CHECKING:
    import torch

    from crystal_llm.language_model.decoder import DecodingBatch

_LONGEST_CONTEXT = 1 << 20
_SHOWN = 80  # characters of a foreign answer in a message


@dataclass(frozen=True, slots=True)
class ServedText:
    """What a server wrote.

    Attributes:
        text: The completion.
        is_whole: Whether the model ended it, instead of running into the limit.
        tokens: How many tokens it took; 0 where the server does not say.
        log_likelihood: Sum of the tokens' natural log-probabilities over the whole vocabulary at
            τ = 1; None where the server does not say.
    """

    text: str
    is_whole: bool
    tokens: int
    log_likelihood: float | None


class CompletionServer:
    """The connection to one served model; safe to use from several threads.

    Args:
        source: Where it is, and what it understands.
        banned_tokens: Token ids that may not be written, where the server takes such a list.
    """

    def __init__(self, source: ServerSource, banned_tokens: Sequence[int] = ()) -> None:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        self.source = source
        self._banned = list(banned_tokens)
        self._root = source.url.rstrip("/")
        self._session = requests.Session()
        retries = Retry(
            total=source.retries,
            read=min(source.retries, 1),
            backoff_factor=1.0,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        )
        adapter = HTTPAdapter(pool_maxsize=source.requests, max_retries=retries)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)
        # Neither proxies nor passwords of this machine's environment are meant for it.
        self._session.trust_env = False
        if source.key_variable is not None:
            key = os.environ.get(source.key_variable)
            if not key:
                raise ServerError(
                    f"{self._root}: the environment variable {source.key_variable} holds no key"
                )
            self._session.headers["Authorization"] = f"Bearer {key}"

    def check(self) -> None:
        """Asks whether the server has the model.

        Raises:
            ServerError: It does not answer, or has no such model; the message lists those it has.
        """
        if self.source.api == "transformers":
            # It loads whatever is named, and lists only what lies in its cache: one token tells.
            try:
                self.complete("a", temperature=1.0, top_p=1.0, seed=0, max_tokens=1)
            except ServerError as error:
                raise ServerError(f"{error} (asked for the model {self.source.model!r})") from error
            return
        answer = self._answer("GET", self._root + "/models", None)
        names = [str(entry["id"]) for entry in _list(answer, "data") if "id" in entry]
        if self.source.model not in names:
            known = ", ".join(names) or "none"
            raise ServerError(
                f"{self._root}: serves no model {self.source.model!r}; it serves: {known[:300]}"
            )

    def complete(
        self,
        prompt: str,
        *,
        temperature: float,
        top_p: float,
        seed: int,
        max_tokens: int,
        pattern: str | None = None,
    ) -> ServedText:
        """One sampled completion.

        Args:
            prompt: The prompt.
            temperature: τ.
            top_p: Nucleus.
            seed: Of the server's sampler; whether it keeps to it is the server's matter.
            max_tokens: Where the text is cut off.
            pattern: Regular expression of the whole completion, for servers that hold one.

        Raises:
            ServerError: No answer, a refusal, or an answer of another form.
        """
        body: dict[str, Any] = {
            "model": self.source.model,
            "prompt": prompt,
            "temperature": temperature,
            "top_p": top_p,
            "seed": seed,
            "max_tokens": max_tokens,
        }
        if self.source.api == "vllm":
            body |= {"logprobs": 0, "top_k": -1}
            if pattern is not None:
                body["structured_outputs"] = {"regex": pattern}
        elif self.source.api == "transformers":
            # Its sampler is off, and its top_k on, unless a whole generation config says otherwise.
            config: dict[str, Any] = {
                "do_sample": True,
                "temperature": temperature,
                "top_p": top_p,
                "top_k": 0,
                "max_new_tokens": max_tokens,
            }
            if self._banned:
                config["suppress_tokens"] = self._banned
            body["generation_config"] = json.dumps(config)
        answer = self._answer("POST", self._root + "/completions", body)
        choices = _list(answer, "choices")
        if not choices or not isinstance(choices[0].get("text"), str):
            raise self._other(answer)
        [choice] = choices[:1]
        values = (choice.get("logprobs") or {}).get("token_logprobs")
        usage = answer.get("usage") or {}
        return ServedText(
            choice["text"],
            choice.get("finish_reason") == "stop",
            int(usage.get("completion_tokens") or 0),
            None if values is None else float(sum(values)),
        )

    def token_log_probabilities(self, tokens: Sequence[int]) -> list[float]:
        """Natural log-probability of every token but the first, given those before it.

        Raises:
            RequestError: The server does not say such.
            ServerError: As for :meth:`complete`.
        """
        if self.source.api != "vllm":
            raise RequestError(
                f"{self._root}: this server gives no log-probabilities of a given text, which "
                "scores and infill need; serve the model by vLLM, or choose another"
            )
        body = {
            "model": self.source.model,
            "prompt": list(tokens),
            "max_tokens": 1,
            "prompt_logprobs": 0,
        }
        answer = self._answer("POST", self._root + "/completions", body)
        choices = _list(answer, "choices")
        given = choices[0].get("prompt_logprobs") if choices else None
        if not isinstance(given, list) or len(given) != len(tokens):
            raise self._other(answer)
        try:
            return [
                float(entry[str(token)]["logprob"])
                for token, entry in zip(tokens[1:], given[1:], strict=True)
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise self._other(answer) from error

    def _answer(self, method: str, address: str, body: dict[str, Any] | None) -> dict[str, Any]:
        import requests

        try:
            answer = self._session.request(
                method, address, json=body, timeout=(10.0, self.source.timeout_s)
            )
        except requests.RequestException as error:
            raise ServerError(
                f"{self._root}: the server does not answer ({type(error).__name__}); see whether "
                "it runs, and try again: what was written is kept"
            ) from error
        if answer.status_code in (401, 403):
            variable = self.source.key_variable
            where = f"in {variable}" if variable else "(the card names no key_variable)"
            raise ServerError(f"{self._root}: the server refuses the key {where}")
        try:
            content = answer.json()
        except ValueError:
            content = None
        if answer.status_code >= 400:
            raise ServerError(
                f"{address}: answers {answer.status_code}: {_reason(content, answer)}"
            )
        if not isinstance(content, dict):
            raise self._other(answer.text)
        return content

    def _other(self, answer: object) -> ServerError:
        text = " ".join(str(answer).split())[:_SHOWN]
        return ServerError(
            f"{self._root}: the answer is not of OpenAI's completions protocol ({text!r})"
        )


def _list(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = answer.get(key)
    return (
        [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )


def _reason(content: Any, answer: Any) -> str:
    """The server's own words, in one short line."""
    if isinstance(content, dict):
        error = content.get("error", content)
        content = error.get("message", error.get("detail")) if isinstance(error, dict) else error
    return " ".join(str(content or answer.reason or "no reason given").split())[:200]


class ServedDecoder:
    """What of a decoder a server can be: it scores whole texts, and steps through none.

    Args:
        server: The connection.
        alphabet: Token ids of crystal text; empty where the card names no tokenizer.
    """

    admits_late = False
    can_retract = False
    longest_tokens = _LONGEST_CONTEXT
    weight_bytes = 0

    def __init__(self, server: CompletionServer, alphabet: tuple[int, ...]) -> None:
        self.server, self.alphabet = server, alphabet

    def batch(self, rows: int, tokens: int) -> DecodingBatch:
        """Refused: a server writes whole texts.

        Raises:
            RequestError: Always.
        """
        raise RequestError(
            "a served model writes whole crystals and cannot be stepped through token by token: "
            "choose a model of this machine"
        )

    def log_probabilities(
        self, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
    ) -> list[torch.Tensor]:
        """Natural log-probabilities of completions over the whole vocabulary."""
        import torch

        def values(pair: tuple[Sequence[int], Sequence[int]]) -> torch.Tensor:
            prompt, completion = pair
            said = self.server.token_log_probabilities([*prompt, *completion])
            return torch.tensor(said[len(prompt) - 1 :], dtype=torch.float32)

        with ThreadPoolExecutor(self.server.source.requests) as pool:
            return list(pool.map(values, zip(prompts, completions, strict=True)))
