"""Tables whose negative numbers have a true minus sign, as everywhere else on the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from crystal_llm.ui.widgets.notation import energy_text

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler


def signed_table(
    rows: Sequence[Mapping[str, object]] | pd.DataFrame, digits: Mapping[str, int]
) -> Styler:
    """A table for ``st.dataframe``, which sorts these columns as the numbers that they are.

    The formats of ``st.column_config`` write a hyphen, and "-0.000" for a hair below 0; a format
    there outdoes the one here.

    Args:
        rows: The table.
        digits: By column that may be negative, how many digits stand after the point.
    """
    import pandas as pd

    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    written = {name: partial(energy_text, digits=digits[name]) for name in digits}
    return frame.style.format({name: written.get(str(name), _plain) for name in frame.columns})


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
