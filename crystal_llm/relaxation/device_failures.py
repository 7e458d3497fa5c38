"""What an error of torch says of its device: out of memory, or lost to this process."""

from __future__ import annotations

import sys

from crystal_llm.errors import CrystalLLMError


class DeviceLostError(CrystalLLMError):
    """The GPU failed in a way after which nothing in this process computes on it again."""


def device_lost(error: Exception) -> bool:
    """Whether an error leaves the process without its GPU: all that follows fails as well."""
    message = str(error)
    # An "illegal memory access" is no lack of memory.
    lacks_memory = "out of memory" in message.lower() or "ALLOC_FAILED" in message
    return isinstance(error, DeviceLostError) or ("CUDA error" in message and not lacks_memory)


def out_of_memory(error: Exception) -> bool:
    """Whether less work at once might have been done."""
    if device_lost(error):
        return False
    message = str(error)
    # cuBLAS says so when it finds no room for its workspace.
    lacks_memory = "memory" in message.lower() or "ALLOC_FAILED" in message
    return isinstance(error, MemoryError) or lacks_memory


def lost_device(error: Exception) -> DeviceLostError:
    """An error that says what the device said; torch's advice to programmers is left out."""
    return DeviceLostError(str(error).partition("\n")[0])


def free_cached_memory() -> None:
    """Gives back what torch keeps of a GPU's memory in pieces that fit nothing larger."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
