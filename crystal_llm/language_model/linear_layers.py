"""Linear layers of the CPU decoder, in float32 and in int8."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F


class FloatLinear:
    """x · Wᵀ in float32."""

    def __init__(self, weight: torch.Tensor) -> None:
        self._weight = weight.float().contiguous()
        self.bytes = self._weight.nbytes

    def __call__(self, x: torch.Tensor, factor: torch.Tensor | None = None) -> torch.Tensor:
        """Shape (n, in) to (n, out); ``factor``, shape (n, 1), scales the rows."""
        product = F.linear(x, self._weight)
        return product if factor is None else product.mul_(factor)


class Int8Linear:
    """x · Wᵀ in int8 products summed in int32, one scale a row of x and a row of W.

    A row of x is quantised by its own largest value, so a sequence's numbers are the
    same to the last bit whichever sequences stand beside it.
    """

    def __init__(self, weight: torch.Tensor) -> None:
        weight = weight.float()
        scale = weight.abs().amax(dim=1).clamp_min(1e-12) / 127.0
        quantised = torch.round(weight / scale[:, None]).to(torch.int8).contiguous()
        self.bytes = quantised.nbytes + scale.nbytes
        self._product = int8_kernel()(quantised, scale)

    def __call__(self, x: torch.Tensor, factor: torch.Tensor | None = None) -> torch.Tensor:
        """Shape (n, in) to (n, out); ``factor``, shape (n, 1), scales the rows."""
        step = x.abs().amax(dim=1, keepdim=True).clamp_min_(1e-12).mul_(1 / 127)
        # Unsigned around 128; adding a half turns the conversion's cut into rounding.
        rows = (x / step).add_(128.5).to(torch.uint8)
        return self._product(rows).mul_(step if factor is None else step.mul_(factor))


class _OneDnnProduct:
    """oneDNN's int8 product, the weights packed once; nearly as fast for 4 rows as for 1."""

    def __init__(self, weight: torch.Tensor, scale: torch.Tensor) -> None:
        self._packed = torch.ops.onednn.qlinear_prepack(weight, None)
        self._scale = scale
        self._zeros = torch.zeros(len(scale), dtype=torch.int64)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.ops.onednn.qlinear_pointwise(
            rows, 1.0, 128, self._packed, self._scale, self._zeros,
            None, 1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip


class _PlainProduct:
    """The same product in float32, which holds these whole numbers exactly."""

    def __init__(self, weight: torch.Tensor, scale: torch.Tensor) -> None:
        self._weight = weight
        self._scale = scale

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return F.linear(rows.float() - 128.0, self._weight.float()).mul_(self._scale)


@lru_cache(maxsize=1)
def int8_kernel() -> type[_OneDnnProduct] | type[_PlainProduct]:
    """The fastest int8 product that is exact on this machine.

    Without int8 dot-product instructions oneDNN may saturate sums of two products, and
    other builds of torch lack the kernel: it is tried on the largest values first.
    """
    weight = torch.full((16, 64), 127, dtype=torch.int8)
    weight[1::2] = -127
    rows = torch.full((3, 64), 255, dtype=torch.uint8)
    rows[1] = 1
    try:
        product = _OneDnnProduct(weight, torch.ones(16))(rows)
    except (RuntimeError, AttributeError):
        return _PlainProduct
    exact = torch.equal(product, _PlainProduct(weight, torch.ones(16))(rows))
    return _OneDnnProduct if exact else _PlainProduct
