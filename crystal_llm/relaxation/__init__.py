"""Relaxation under an interatomic potential: watched, in many processes, kept."""
