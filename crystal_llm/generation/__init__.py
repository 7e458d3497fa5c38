"""Prompts in, crystals out: the grammar, the sampler and the engine."""
