"""The offline engine: fit profile tables (aggregates only) on train rows, draw rows from them."""

from likeness.synthesizer.draw import draw, prepared
from likeness.synthesizer.fit import fit

__all__ = ["draw", "fit", "prepared"]
