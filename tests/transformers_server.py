"""`transformers serve` as a process of its own, and a tiny Llama that writes crystals for it."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import requests
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from waiting import until

from crystal_llm.text.prompts import generation_prompt

WRITES = {
    "4.1 4.1 4.1\n90 90 90\nCs\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50": 3,
    "4.0 4.0 4.0\n60 60 60\nAl\n0.00 0.00 0.00": 2,
    "3.4 3.4 3.4\n90 90 90\nPo\n0.00 0.00 0.00": 2,
    "2.5 2.5 2.5\n109 109 109\nFe\n0.00 0.00 0.00": 1,
}
"""What the Llama writes after the prompt without conditions, and how often of eight times."""

_NEVER = -10.0  # log-probability


@torch.no_grad()
def save_writing_llama(tokenizer, alphabet, folder):
    """Saves a Llama with its tokenizer that writes :data:`WRITES`, each as often as it says.

    Its layers are random; of its head the rows of crystal text are solved for, so that they give
    the log-probabilities of the next token behind every beginning of a text. The other rows stay
    random and score higher: a server must be told what not to write.
    """
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=192,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=8,
        max_position_embeddings=1024,
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
    )
    network = LlamaForCausalLM(config).eval()
    for layer in network.model.layers:
        for weight in layer.parameters():
            if weight.ndim == 2:
                weight.mul_(5)  # so that what stands far behind is still seen
    network.model.embed_tokens.weight.mul_(25)
    prompt = tokenizer(generation_prompt())["input_ids"]
    states, following = {}, {}
    for text, times in WRITES.items():
        tokens = [*tokenizer(text)["input_ids"], tokenizer.eos_token_id]
        hidden = network.model(input_ids=torch.tensor([prompt + tokens[:-1]])).last_hidden_state
        for place, token in enumerate(tokens):
            before = tuple(tokens[:place])
            states[before] = hidden[0, len(prompt) - 1 + place]
            following.setdefault(before, Counter())[token] += times
    wanted = torch.full((len(states), len(alphabet)), _NEVER, dtype=torch.float64)
    for row, counts in zip(wanted, following.values(), strict=True):
        for token, times in counts.items():
            row[alphabet.index(token)] = torch.tensor(times / counts.total()).log()
    solved = torch.linalg.lstsq(torch.stack(list(states.values())).double(), wanted).solution
    network.lm_head.weight[list(alphabet)] = solved.T.float()
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class TransformersServer:
    """The server as its users start it, on a port that stays its own over a restart."""

    def __init__(self, folder: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.model, self._log = str(folder), log
        self.endpoint = f"http://127.0.0.1:{self.port}/v1"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; :meth:`wait` says when it answers."""
        program = Path(sys.executable).parent / "transformers"
        command = [sys.executable, program, "serve", self.model, "--device", "cpu"]
        offline = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self.port)],
                env=os.environ | offline, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def wait(self) -> None:
        """Waits until it answers."""
        health = self.endpoint.removesuffix("/v1") + "/health"

        def answers():
            assert self._process.poll() is None, self._log.read_text(errors="replace")[-2000:]
            try:
                return requests.get(health, timeout=5).ok
            except requests.ConnectionError:
                return False

        until(answers)

    def kill(self) -> None:
        """Ends it as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@contextmanager
def transformers_server(folder: Path, log: Path):
    """Serves a model's folder until the context ends."""
    server = TransformersServer(folder, log)
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.kill()
