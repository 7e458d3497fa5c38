"""Negative numbers in tables."""

from crystal_llm.ui.widgets.signed_table import signed_table


def test_signed_numbers_are_written_with_a_minus_sign_and_stay_numbers():
    rows = [
        {"formula": "Na₂O", "energy": -1.2345, "atoms": 3, "share": 0.5},
        {"formula": "NaCl", "energy": -0.0003, "atoms": None, "share": 0.25},
        {"formula": None, "energy": None, "atoms": 2, "share": 1.0},
    ]
    table = signed_table(rows, {"energy": 3, "missing": 2})
    assert table.data["energy"].dtype == float
    shown = table.to_html()
    assert ">−1.234<" in shown and ">0.000<" in shown
    assert ">3<" in shown and ">0.25<" in shown and ">Na₂O<" in shown
    assert signed_table([], {"energy": 3}).data.empty
