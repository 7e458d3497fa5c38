"""Language models: cards, weights, tokenizers, loading."""
