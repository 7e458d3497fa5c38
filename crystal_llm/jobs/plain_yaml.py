"""YAML of any origin as plain values; whatever is odd in it is one error in one line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import JobError

if TYPE_CHECKING:
    import yaml


def read_yaml(text: str) -> Any:
    """The plain values that a text says.

    Raises:
        JobError: It is not YAML, uses aliases, is nested too deeply, or holds a value that
            cannot be what it looks like.
    """
    import yaml

    try:
        # Aliases make a small file large in memory; an order needs none.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise JobError("a replay file has no aliases (*name): write the values out")
        return yaml.load(text, _loader())
    except JobError:
        raise
    except yaml.YAMLError as error:
        raise JobError(f"not YAML ({_why(error)})") from error
    except RecursionError as error:
        raise JobError(
            "lists or objects are nested too deeply: an order needs few levels"
        ) from error
    except Exception as error:  # PyYAML lets many kinds through, such as ValueError for a date
        why = f" ({first_part(error)})" if isinstance(error, ValueError) else ""
        raise JobError(
            f"a value is not the number or date that it looks like{why}: put text into quotes"
        ) from error


def _why(error: yaml.YAMLError) -> str:
    """What is wrong, and in which line, in one line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or not problem:
        return " ".join(str(error).replace('in "<unicode string>", ', "").split())
    if "<stream end>" in problem:
        return f"line {mark.line + 1}: it ends too soon: a bracket or a quote is left open"
    return f"line {mark.line + 1}: {problem}"


@cache
def _loader() -> Any:
    """A safe loader to which NO is nitric oxide: only true and false are truth values."""
    import yaml

    class PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    # YAML 1.1 also took yes, no, on and off; YAML 1.2 does not.
    PlainLoader.yaml_implicit_resolvers = {
        letter: [
            resolver
            for resolver in resolvers
            if letter in "tTfF" or resolver[0] != "tag:yaml.org,2002:bool"
        ]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return PlainLoader


def first_part(error: Exception) -> str:
    """What an error of Python says, without its advice to programmers."""
    return " ".join(str(error).partition(";")[0].split())
