"""Training of whole networks on symmetric crystal text, from random weights."""
