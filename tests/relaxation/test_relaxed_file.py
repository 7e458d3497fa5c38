from crystal_llm.relaxation.relaxed_file import relaxed_record


def test_a_judgement_of_another_relaxation_is_not_kept():
    judged = {"stopped": None, "validity": {}, "hull": {}, "novelty": {}}
    record = relaxed_record({"id": "a", "prompt": "as asked", **judged}, "a", None, "no crystal")
    assert not set(judged) & set(record)
    assert record["prompt"] == "as asked"
