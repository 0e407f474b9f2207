"""Quantiles of the distributions behind intervals."""

from __future__ import annotations

from typing import Final

Z: Final = 1.959964  # 97.5 % quantile of the normal distribution: both sides of 95 %


def student(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t, to 0.01 from four degrees of freedom on.

    The expansion is Abramowitz & Stegun 26.7.5.
    """
    z, v = Z, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
