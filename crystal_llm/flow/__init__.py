"""FlowLLM: crystals refined by Riemannian flow matching.

Modules are named as the mathematics is: the manifold of a crystal's numbers, the path
between two crystals on it, the network that learns the path's velocity, and the sampler
that follows that velocity (arXiv 2410.23405). ``docs/flow.md`` says how they are used.
"""
