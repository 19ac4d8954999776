"""The signs of a metric's status, and what a measure means that is no metric of the scorecard."""

MEANINGS = {"dcr_p05": "distance to the closest real row, fifth percentile"}
SIGNS = {
    "pass": "✓ pass",
    "warn": "! warn",
    "fail": "✕ FAIL",
    "not_computed": "– not computed",
    "no_limit": "– no limit",
    "off": "○ off",
}
