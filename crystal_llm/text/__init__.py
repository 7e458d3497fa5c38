"""Crystals as text: the string format, its prompts and its masks."""

from crystal_llm.text.codec import decode, decode_plain, encode, encode_plain
from crystal_llm.text.prompts import generation_prompt, infill_prompt

__all__ = [
    "decode",
    "decode_plain",
    "encode",
    "encode_plain",
    "generation_prompt",
    "infill_prompt",
]
