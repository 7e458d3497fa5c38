"""The ``crystal-llm`` command: the same requests as the pages, from a shell."""
