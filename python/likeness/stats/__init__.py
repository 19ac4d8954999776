"""Statistics of counted values, and what of them may be published."""
