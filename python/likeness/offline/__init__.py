"""The offline engine: fit profile tables (aggregates only) on train rows, draw rows from them."""

from likeness.offline.draw import draw
from likeness.offline.fit import fit

__all__ = ["draw", "fit"]
