"""Fine-tuning: a table of crystals in, a LoRA adapter out.

Needs torch, transformers, peft, pandas and pyarrow alone once a table is prepared, so
that it runs on a bare GPU host.
"""
