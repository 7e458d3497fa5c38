"""The connection to a served model: what it sends, and one line for whatever goes wrong."""

import json

import pytest
from server_stub import MODEL, completion_server

from crystal_llm.errors import RequestError, ServerError
from crystal_llm.language_model.card import ServerSource
from crystal_llm.language_model.server import CompletionServer, ServedDecoder

TEXT = "4.0 4.0 4.0\n90 90 90\nCs\n0.00 0.00 0.00"
ASKED = {"temperature": 0.7, "top_p": 0.9, "seed": 3, "max_tokens": 99}


def connected(server, api="vllm", banned=(), **other):
    source = ServerSource(server.endpoint, other.pop("model", MODEL), api, retries=1, **other)
    return CompletionServer(source, banned)


def test_a_completion_comes_back_with_how_it_ended():
    with completion_server(texts=[TEXT]) as server:
        served = connected(server).complete("a prompt", **ASKED, pattern="x+")
        (body,) = server.bodies
    assert (served.text, served.is_whole, served.tokens, served.log_likelihood) == (
        TEXT,
        True,
        7,
        None,
    )
    assert body["structured_outputs"] == {"regex": "x+"}
    assert (body["model"], body["prompt"], body["seed"]) == (MODEL, "a prompt", 3)


def test_transformers_serve_is_told_to_sample_and_what_not_to_write():
    with completion_server(texts=[TEXT]) as server:
        connected(server, "transformers", banned=(5, 6)).complete("p", **ASKED, pattern="x+")
        (body,) = server.bodies
    config = json.loads(body["generation_config"])
    assert config == {
        "do_sample": True,
        "temperature": 0.7,
        "top_p": 0.9,
        "top_k": 0,
        "max_new_tokens": 99,
        "suppress_tokens": [5, 6],
    }
    assert "structured_outputs" not in body


def test_a_plain_server_gets_the_protocol_alone():
    with completion_server(texts=[TEXT]) as server:
        connected(server, "openai").complete("p", **ASKED, pattern="x+")
        (body,) = server.bodies
    assert set(body) == {"model", "prompt", "temperature", "top_p", "seed", "max_tokens"}


@pytest.mark.parametrize("fault", [(503, {"error": "busy"}), (429, {}), "hang up"])
def test_a_failure_that_passes_is_asked_again(fault):
    with completion_server(faults=[fault], texts=[TEXT]) as server:
        assert connected(server).complete("p", **ASKED).text == TEXT
        assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([(503, {})] * 3, "answers 503"),
        ([(400, {"error": {"message": "too\nlong"}})], r"answers 400: too long$"),
        ([(404, {"detail": "no such model"})], "answers 404: no such model"),
        ([(401, {})], "refuses the key"),
        ([(200, b"<html>hello</html>")], "not of OpenAI's completions protocol .'<html>hello"),
        ([(200, {"choices": []})], "not of OpenAI's completions protocol"),
        ([(200, {"choices": [{"text": None}]})], "not of OpenAI's completions protocol"),
        ([(200, b"[1, 2]")], "not of OpenAI's completions protocol"),
        (["hang up", "hang up"], "does not answer"),
    ],
)
def test_whatever_goes_wrong_is_one_line_with_the_address(faults, said):
    with completion_server(faults=faults) as server:
        with pytest.raises(ServerError, match=said) as raised:
            connected(server).complete("p", **ASKED)
        assert server.endpoint in str(raised.value) and "\n" not in str(raised.value)


def test_a_server_that_is_not_there():
    with completion_server() as server:
        source = ServerSource(server.endpoint, MODEL, retries=0)
    with pytest.raises(ServerError, match="does not answer"):
        CompletionServer(source).check()


def test_a_model_that_is_not_served_is_answered_with_those_that_are():
    with completion_server() as server:
        connected(server).check()
        with pytest.raises(ServerError, match="no model 'other'; it serves: crystal-lora, base"):
            connected(server, model="other").check()


def test_transformers_serve_lists_no_model_and_is_asked_for_one_token():
    with completion_server(
        texts=["x"], faults=[None, (400, {"detail": "Server is pinned"})]
    ) as server:
        connected(server, "transformers", model="any").check()
        (body,) = server.bodies
        assert (body["model"], body["max_tokens"]) == ("any", 1)
        said = "answers 400: Server is pinned .asked for the model 'other'"
        with pytest.raises(ServerError, match=said):
            connected(server, "transformers", model="other").check()


def test_the_key_comes_from_the_environment_alone(monkeypatch):
    with completion_server(texts=[TEXT]) as server:
        with pytest.raises(ServerError, match="OUR_KEY holds no key"):
            connected(server, key_variable="OUR_KEY")
        monkeypatch.setenv("OUR_KEY", "secret")
        connected(server, key_variable="OUR_KEY").complete("p", **ASKED)
        assert server.keys == ["Bearer secret"]


def test_likelihoods_need_a_server_that_says_them():
    with completion_server() as server:
        decoder = ServedDecoder(connected(server, "openai"), ())
        with pytest.raises(RequestError, match="gives no log-probabilities"):
            decoder.log_probabilities([[1, 2]], [[3]])
        with pytest.raises(RequestError, match="cannot be stepped through"):
            decoder.batch(1, 8)
        faulty = [(200, {"choices": [{"text": "x", "prompt_logprobs": [None, {"9": {}}]}]})]
        server.faults.extend(faulty)
        with pytest.raises(ServerError, match="not of OpenAI's"):
            connected(server).token_log_probabilities([1, 2])
