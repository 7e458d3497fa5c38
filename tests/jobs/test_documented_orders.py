"""Every order that the documents show is one that `crystal-llm jobs submit` takes."""

import re
from pathlib import Path

import pytest

from crystal_llm.jobs.orders import read_replay

ROOT = Path(__file__).parents[2]
BLOCKS = [
    pytest.param(block, id=f"{path.name}-{number}")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.S))
    if block.startswith("kind: ")
]


def test_there_are_such_orders():
    assert len(BLOCKS) >= 2


@pytest.mark.parametrize("block", BLOCKS)
def test_a_documented_order_is_taken(block, tmp_path):
    replay = tmp_path / "order.yaml"
    replay.write_text(block, encoding="utf-8")
    assert read_replay(replay).kind == block.split()[1]
