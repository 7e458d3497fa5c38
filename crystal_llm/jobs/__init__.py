"""Durable jobs: asked for by the web process or the shell, done by workers.

The queue is dbos's (``docs/jobs.md``); what a job found lies in tables of ours beside it,
in the same database, written candidate by candidate.
"""
