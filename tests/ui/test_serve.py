"""The pages listen on this machine alone unless told otherwise."""

import sys

import pytest

from crystal_llm.cli import app as app_command
from crystal_llm.cli.main import main
from crystal_llm.ui import serve


@pytest.fixture
def started(monkeypatch):
    """What Streamlit is started with, by call."""
    calls = []
    monkeypatch.setattr(serve.cli, "main", lambda: calls.append(sys.argv))
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    return calls


def test_the_server_listens_on_localhost_unless_an_address_is_named(started, monkeypatch):
    serve.main(["--server.port", "1"])
    serve.main(["--server.address=0.0.0.0"])
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "10.0.0.1")
    serve.main([])
    named = [[word for word in call if "address" in word] for call in started]
    assert named == [["--server.address=localhost"], ["--server.address=0.0.0.0"], []]


@pytest.mark.parametrize(
    ("options", "address", "warned"),
    [([], "localhost", False), (["--host", "0.0.0.0"], "0.0.0.0", True)],
)
def test_the_command_names_its_address_and_warns_where_others_can_come(
    monkeypatch, capsys, options, address, warned, tmp_path
):
    commands = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(app_command, "supervise", lambda web, workers: commands.append(web) or 0)
    assert main(["app", *options]) == 0
    assert commands[0][-1] == f"--server.address={address}"
    assert ("without sign-in" in capsys.readouterr().err) == warned
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('[auth]\nclient_id = "x"\n')
    main(["app", *options])
    assert "without sign-in" not in capsys.readouterr().err
