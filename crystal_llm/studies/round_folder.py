"""The folder of a round of self-improvement: which round it is of, and a file a stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from crystal_llm.errors import CrystalLLMError, EvaluationError
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.studies.improvement import Improvement

_CLAIM = "improvement.json"

_T = TypeVar("_T")


class RoundFolder:
    """A folder in which a file is whole or absent, whatever moment a round is killed at.

    Args:
        path: The folder; it is made when it is claimed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def claim(self, improvement: Improvement, means: Mapping[str, Any]) -> None:
        """Says which round the folder is of.

        Args:
            improvement: What the round does.
            means: The model and the potentials, as plain values.

        Raises:
            EvaluationError: It is another's, cannot be read, or cannot be made.
        """
        record = {"improvement": to_plain(improvement), **means}
        if (self.path / _CLAIM).is_file():
            if self._claim() != record:
                raise EvaluationError(
                    f"{self.path}: holds a round of another model, potential or settings; name "
                    "another folder"
                )
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvaluationError(f"{self.path}: cannot be made ({error.strerror})") from error
        self.write(_CLAIM, [json.dumps(record, indent=1)])

    def _claim(self) -> dict[str, Any]:
        """What it says of its round; a setting that came after the round has its default."""
        path = self.path / _CLAIM
        try:
            before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            asked = from_plain(Improvement, before["improvement"])
        except (OSError, ValueError, KeyError, TypeError, CrystalLLMError) as error:
            raise EvaluationError(f"{path}: damaged ({error})") from error
        return before | {"improvement": to_plain(asked)}

    def stage(self, name: str, kind: type[_T], make: Callable[[], list[_T]]) -> list[_T]:
        """What a stage made, from its file where it ended before.

        Args:
            name: The stage.
            kind: Of what it makes.
            make: Does the stage.

        Raises:
            EvaluationError: Its file is damaged, or cannot be written.
        """
        path = self.path / f"{name}.jsonl"
        if not path.is_file():
            made = make()
            self.write(path.name, (json.dumps(to_plain(item)) for item in made))
            return made
        try:
            with path.open(encoding="utf-8") as lines:
                return [from_plain(kind, json.loads(line)) for line in lines]
        except (OSError, ValueError, RecordError) as error:
            raise EvaluationError(
                f"{path}: damaged ({error}); remove it to do this stage again"
            ) from error

    def write(self, name: str, lines: Iterable[str]) -> None:
        """Writes a file, whole or not at all.

        Raises:
            EvaluationError: It cannot be written.
        """
        path = self.path / name
        unfinished = path.with_name(f"{name}.unfinished")
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
            unfinished.replace(path)
        except OSError as error:
            raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error
