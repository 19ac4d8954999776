"""How close a synthetic table is to the source: pure functions, a family of metrics per module."""

REAL = ("train", "holdout")
SOURCES = ("train", "holdout", "synthetic")

BELOW_FLOOR = "below min_cell_rows"
NO_VALUES = "no values"
CONSTANT = "constant"
