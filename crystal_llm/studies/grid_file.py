"""A study as one Parquet file: a row a crystal, and in its metadata what was asked and made it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import EvaluationError
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.studies.grid_crystals import StudyCrystal
from crystal_llm.studies.grid_study import ROUND_SIZE, GridCell, GridStudy
from crystal_llm.studies.grid_summary import MEASURES, CellSummary, central, interval, summarise

if TYPE_CHECKING:
    import pandas as pd

_KEY = b"crystal-llm study"
_FORMAT = 1
_MAX_BYTES = 200_000_000
_BESIDE = (
    *("cell", "model", "conditions", "temperature", "top_p", "refined_cell"),
    "sent_to_relaxation",
)


@dataclass(frozen=True)
class StudyRecord:
    """A study and what came of it.

    Attributes:
        study: What was asked.
        crystals: What was made, by index.
        judge: How crystals were judged, as plain values.
        given_up: Cells that got no more crystals because others were clearly better.
        round_size: Crystals that were written side by side.
        made_on: Day (ISO), empty where it is not known.
        command: The command that computed it.
        version: Of this package.
        refine: How crystals were refined, as plain values; None: they were not.
    """

    study: GridStudy
    crystals: tuple[StudyCrystal, ...]
    judge: Mapping[str, Any] = field(default_factory=dict)
    given_up: tuple[int, ...] = ()
    round_size: int = ROUND_SIZE
    made_on: str = ""
    command: str = ""
    version: str = ""
    refine: Mapping[str, Any] | None = None

    def summary(self) -> tuple[CellSummary, ...]:
        """Every cell in numbers."""
        return summarise(self.study, self.crystals, self.round_size)


def crystal_frame(record: StudyRecord) -> pd.DataFrame:
    """A row a crystal, its cell's settings beside it."""
    import pandas as pd

    rows = []
    for crystal in sorted(record.crystals, key=lambda row: row.index):
        cell = record.study.cell_at(crystal.index)
        rows.append(
            {
                **_place(cell),
                "sent_to_relaxation": record.study.is_relaxed(crystal.index),
                **to_plain(crystal),
            }
        )
    return pd.DataFrame(rows)


def cell_frame(cells: Sequence[CellSummary]) -> pd.DataFrame:
    """A row a cell: every measure with count, total and 95% interval."""
    import pandas as pd

    rows = []
    for summary in cells:
        row: dict[str, Any] = {
            **_place(summary.cell),
            "crystals": summary.written,
            "asked": summary.asked,
        }
        for measure in MEASURES:
            value = summary.measure(measure.name)
            low, high = interval(value) or (None, None)
            row |= {
                measure.name: central(value),
                f"{measure.name}_low": low,
                f"{measure.name}_high": high,
                f"{measure.name}_count": getattr(value, "count", None),
                f"{measure.name}_of": getattr(value, "total", None),
            }
        row["seconds_per_sun"] = summary.seconds_per_sun
        rows.append(row)
    return pd.DataFrame(rows)


def study_bytes(record: StudyRecord) -> bytes:
    """The file's content."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    crystals = sorted(record.crystals, key=lambda crystal: crystal.index)
    metadata = {
        "format": _FORMAT,
        "study": to_plain(record.study),
        "judge": dict(record.judge),
        "given_up": list(record.given_up),
        "round_size": record.round_size,
        "made_on": record.made_on,
        "command": record.command,
        "version": record.version,
        "refine": None if record.refine is None else dict(record.refine),
    }
    plain = pa.Table.from_pylist([to_plain(crystal) for crystal in crystals], schema=_schema())
    # What a reader of the file wants beside them; it is not read back.
    frame = crystal_frame(record)
    for name in _BESIDE if crystals else ():
        plain = plain.append_column(name, pa.array(frame[name].tolist()))
    plain = plain.replace_schema_metadata({_KEY: json.dumps(metadata, ensure_ascii=False).encode()})
    buffer = BytesIO()
    pq.write_table(plain, buffer, compression="zstd")
    return buffer.getvalue()


def write_study(record: StudyRecord, path: Path) -> None:
    """Writes a study's file, whole or not at all.

    Raises:
        EvaluationError: It cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_bytes(study_bytes(record))
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise EvaluationError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_study_file(path: Path) -> StudyRecord:
    """The study that a file holds.

    Raises:
        EvaluationError: It cannot be read, or is none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.stat().st_size > _MAX_BYTES:
            raise EvaluationError(f"{path}: larger than {_MAX_BYTES // 1_000_000} MB")
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise EvaluationError(f"{path}: cannot be read as Parquet ({_line(error)})") from error
    metadata = (table.schema.metadata or {}).get(_KEY)
    if metadata is None:
        raise EvaluationError(f"{path}: holds no study; `crystal-llm explore` writes such files")
    try:
        said = json.loads(metadata)
        if said.pop("format", None) != _FORMAT:
            raise EvaluationError(f"{path}: a study of another version of this program")
        names = [name for name in _schema().names if name in table.column_names]
        crystals = [
            from_plain(StudyCrystal, row, "crystal") for row in table.select(names).to_pylist()
        ]
        return StudyRecord(
            from_plain(GridStudy, said["study"], "study"),
            tuple(crystals),
            dict(said["judge"]),
            tuple(said["given_up"]),
            int(said["round_size"]),
            str(said["made_on"]),
            str(said["command"]),
            str(said["version"]),
            said.get("refine"),
        )
    except (RecordError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path}: the study in it is damaged ({_line(error)})") from error


def _schema() -> Any:
    import pyarrow as pa

    number, text = pa.float64(), pa.string()
    return pa.schema(
        [
            ("index", pa.int64()),
            ("text", text),
            ("formula", text),
            ("elements", pa.list_(text)),
            ("failure", text),
            ("valid", pa.bool_()),
            ("compared", pa.bool_()),
            ("unique", pa.bool_()),
            ("novel", pa.bool_()),
            ("relaxed", pa.bool_()),
            ("energy_above_hull_ev_per_atom", number),
            ("energy_above_hull_written_ev_per_atom", number),
            ("log_likelihood_per_atom", number),
            ("written_s", number),
            ("relaxed_s", number),
            ("refined", pa.bool_()),
            ("refined_s", number),
            ("steps", pa.int64()),
            ("structure", pa.list_(number)),
            ("composition", pa.list_(number)),
            ("near_structure", text),
            ("near_composition", text),
            ("test_crystals", pa.int64()),
        ]
    )


def _place(cell: GridCell) -> dict[str, Any]:
    return {
        "cell": cell.number,
        "model": cell.model.name,
        "conditions": _said(to_plain(cell.conditions)),
        "temperature": cell.temperature,
        "top_p": cell.top_p,
        "refined_cell": cell.refined,
    }


def _said(conditions: Mapping[str, Any]) -> str:
    said = {name: value for name, value in conditions.items() if value is not None}
    return json.dumps(said, ensure_ascii=False) if said else ""


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
