"""Drawings of a hull: what they show, and in Plotly."""
