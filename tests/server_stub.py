"""A server of OpenAI's completions protocol with vLLM's additions, over a tiny model of ours.

What it answers is the model's own: texts by the grammar (as vLLM holds a regular expression),
likelihoods by a full forward pass.
"""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from json_server import JsonAnswers, served

from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import write_crystals

MODEL = "crystal-lora"


class Stub(JsonAnswers, BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        self._answer(200, {"data": [{"id": MODEL}, {"id": "base"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.bodies.append(body)
            self.server.keys.append(self.headers.get("Authorization"))
            fault = self.server.faults.pop(0) if self.server.faults else None
            if fault == "hang up":
                self.close_connection = True
                self.connection.close()
                return
            status, content = fault or (200, None)
            self._answer(status, self._completion(body) if content is None else content)

    def _completion(self, body):
        if self.server.texts:
            choice = {"text": self.server.texts.pop(0), "finish_reason": "stop"}
            return {"choices": [choice], "usage": {"completion_tokens": 7}}
        if isinstance(body["prompt"], list):
            return {
                "choices": [{"text": "x", "prompt_logprobs": self._likelihoods(body["prompt"])}]
            }
        elements = re.search(r"\(([A-Z][A-Za-z|]*)\)", body["structured_outputs"]["regex"])[1]
        atoms = int(re.search(r"\{1,(\d+)\}$", body["structured_outputs"]["regex"])[1])
        request = GenerationRequest(
            1,
            allowed_elements=frozenset(elements.split("|")),
            max_atoms=atoms,
            temperature=body["temperature"],
            top_p=body["top_p"],
            seed=body["seed"],
        )
        (written,) = write_crystals(self.server.model, request)
        values = {"token_logprobs": [-1.5, -2.0]}
        choice = {"text": written.text, "finish_reason": "stop", "logprobs": values}
        return {"choices": [choice], "usage": {"completion_tokens": 40}}

    def _likelihoods(self, tokens):
        (values,) = self.server.model.decoder.log_probabilities([tokens[:1]], [tokens[1:]])
        return [
            None,
            *(
                {str(token): {"logprob": value, "rank": 1}}
                for token, value in zip(tokens[1:], values.tolist(), strict=True)
            ),
        ]


@contextmanager
def completion_server(model=None, faults=(), texts=()):
    """Serves; a fault is (status, content), None for a true answer, or "hang up"."""
    state = {"model": model, "faults": list(faults), "texts": list(texts), "lock": threading.Lock()}
    # The paths of the protocol are not looked at: one stub serves any root.
    with served(Stub, "/v1", bodies=[], keys=[], paths=[], **state) as server:
        yield server
