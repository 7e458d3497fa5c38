"""What the crystals of a model are worth: validity, uniqueness, novelty, diversity."""
