"""The commands of docs/model_report.py are commands of the shell, and a stopped run goes on."""

import importlib.util
import json
import sys

import pytest

from crystal_llm.cli import main as shell
from crystal_llm.settings import PACKAGE_ROOT, settings

MADE = {
    "evaluate": "run/evaluation.json",
    "ipt": "run/ipt.json",
    "conditioning": "run/conditioning.json",
}


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location(
        "model_report", PACKAGE_ROOT / "docs" / "model_report.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(PACKAGE_ROOT / "models"))
    settings.cache_clear()
    yield module
    settings.cache_clear()


def commands_of(script, monkeypatch, work, *options):
    """What a run of the script asks the shell for; each command makes its file."""
    asked = []

    def ran(folder, *command, capture=False):
        parsed = shell.parser().parse_args([str(word) for word in command])
        asked.append(parsed)
        if parsed.command in MADE:
            (folder / "run").mkdir(exist_ok=True)
            (folder / MADE[parsed.command]).write_text("{}")
        return json.dumps({"wall_s": 12.5}) if capture else ""

    monkeypatch.setattr(script, "_run", ran)
    monkeypatch.setattr(sys, "argv", ["model_report.py", *options, "--work", str(work)])
    script.main()
    return asked


@pytest.mark.parametrize(
    ("model", "steps"),
    [
        ("compact", ["generate", "evaluate", "conditioning", "report"]),
        ("smollm2-135m", ["generate", "evaluate", "ipt", "conditioning", "report"]),
    ],
)
def test_every_step_is_a_command_and_is_done_once(script, monkeypatch, tmp_path, model, steps):
    options = (model, "--n", "24", "--relax-n", "8", "--ipt", "6", "--conditions", "5")
    asked = commands_of(script, monkeypatch, tmp_path, *options)
    assert [parsed.command for parsed in asked] == steps
    evaluated = asked[1]
    assert evaluated.relax and evaluated.relax_n == 8 and evaluated.writing_seconds == 12.5
    assert evaluated.known == evaluated.test and evaluated.test_n == 1000
    assert asked[0].model == model and asked[0].n == 24
    assert asked[-1].out == PACKAGE_ROOT / "docs" / "reports" / f"{model}.html"
    again = commands_of(script, monkeypatch, tmp_path, *options)
    assert [parsed.command for parsed in again] == ["report"]
    (tmp_path / "run" / "conditioning.json").unlink()
    again = commands_of(script, monkeypatch, tmp_path, *options)
    assert [parsed.command for parsed in again] == ["conditioning", "report"]
