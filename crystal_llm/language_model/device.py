"""Where networks compute: the CPU, or a GPU that is there."""

from __future__ import annotations

from crystal_llm.errors import WeightsError


def check_device(device: str) -> None:
    """Checks that torch has a device of this name.

    Args:
        device: ``cpu``, ``cuda`` or ``cuda:N``.

    Raises:
        WeightsError: It has not.
    """
    import torch

    try:
        kind = torch.device(device).type
    except RuntimeError as error:
        raise WeightsError(f"{device!r} is no device; use 'cpu', 'cuda' or 'cuda:N'") from error
    if kind not in ("cpu", "cuda"):
        raise WeightsError(f"{device!r} is no device for this; use 'cpu', 'cuda' or 'cuda:N'")
    if kind == "cuda" and not torch.cuda.is_available():
        raise WeightsError(f"the device {device!r} is not there: torch sees no GPU; use 'cpu'")
