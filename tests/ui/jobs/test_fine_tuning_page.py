"""A fine-tuning job's page: the curve with the starting model's line, and where the model leads."""

from crystal_llm.ui.jobs.learning import learning_curve


def line(drawn, free, formula):
    return {"crystals": drawn, "validation": {"free_nats": free, "formula_nats": formula}}


def test_the_curve_shows_both_losses_and_where_the_base_stood():
    judged = [line(0, 20.7, 12.0), line(276, 20.3, 11.5), line(552, 18.3, 11.9)]
    for theme in ("light", "dark"):
        figure = learning_curve(judged, theme)
        free, formula = figure.data
        assert list(free.x) == [0, 276, 552] and list(free.y) == [20.7, 20.3, 18.3]
        assert list(formula.y) == [12.0, 11.5, 11.9]
        assert figure.layout.shapes[0].y0 == 20.7


def test_a_lone_point_stands_at_no_negative_number_of_crystals():
    low, high = learning_curve([line(0, 20.7, 12.0)], "light").layout.xaxis.range
    assert -0.1 < low < 0 < high
