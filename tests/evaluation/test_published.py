import re

from crystal_llm.evaluation.published import PUBLISHED, PUBLISHED_HEADS, printed_row
from crystal_llm.settings import PACKAGE_ROOT


def test_figures_stand_as_the_papers_print_them():
    rows = {row[0]: row[1:] for row in map(printed_row, PUBLISHED)}
    assert all(len(row) == len(PUBLISHED_HEADS) for row in rows.values())
    # CrystalLLM, Table 1, and FlowLLM's own S.U.N.
    assert rows["LLaMA-2 7B, τ 1.0"] == (
        ["0.918", "0.879", "0.969", "0.960", "3.85", "0.96", "35.1%", "6.7%", "–", "–"]
    )
    assert rows["LM-CH"][2:6] == ["0.9925", "0.9789", "0.864", "0.13"]
    assert rows["CDVAE"][0] == "1.00" and rows["FlowMM"][-1] == "16.14"
    assert rows["FlowLLM, τ 0.7, P 0.9"][7:] == ["17.82%", "4.92%", "10.9"]


def test_the_document_has_the_same_table():
    text = (PACKAGE_ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    table = text[text.index("## Printed figures of the papers") :]
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in table.splitlines() if "|" in line]
    assert rows[2:] == [printed_row(method) for method in PUBLISHED]
