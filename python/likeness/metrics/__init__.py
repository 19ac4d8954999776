"""How close a synthetic table is to the source: pure functions, a family of metrics per module."""

REAL = ("train", "holdout")
SOURCES = ("train", "holdout", "synthetic")
NUMBER, CATEGORY = "number", "category"

NO_VALUES = "no values"
