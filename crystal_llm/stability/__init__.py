"""Is a crystal stable: reference phases, their convex hull, the energy above it."""
