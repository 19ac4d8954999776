"""Names of what a build leaves in the export folder, and which names are ours."""

import re

ROWS = "data_tab_separated.csv"
SEEDS = "SeedsInstructions.json"
MARTS = "likeness_marts.duckdb"
ENGINE_PROFILE = "engine_profile.duckdb"
REPORT = "report.html"
FIGURES = "figures"
MANIFEST = "manifest.json"
RED_REPORT = "report.red.html"

WHOLE, FIRST_STEP = "whole", "step_1"
FIRST_STEP_FILES = (SEEDS, ENGINE_PROFILE)

STAGING = ".likeness-staging-"
LOCK = ".likeness.lock"

_FIGURE = (
    r"(?:(?:histogram|bars|boxes|correlations|grid|rates_by)_\w+|roc|calibration|dcr_p05|nndr)\.svg"
)
_TOP = "|".join(map(re.escape, (ROWS, SEEDS, MARTS, ENGINE_PROFILE, REPORT)))
_OURS = re.compile(rf"(?:{_TOP}|{FIGURES}/{_FIGURE})")
# What builds before the manifest wrote a file under until it was whole.
_TEMPORARY = re.compile(rf"\.(?:{_TOP}|{_FIGURE})\.[a-z0-9_]{{8}}(?:\.wal)?")


def is_ours(name: str) -> bool:
    """Whether a path relative to the export folder is that of an exported file."""
    return bool(_OURS.fullmatch(name))


def is_temporary(name: str) -> bool:
    """Whether a file name is that of a half-written export of an older version."""
    return bool(_TEMPORARY.fullmatch(name))
