"""Scores of rows that Synthetic Data Studio judged earlier: its `row_data_*_evaluated.json`."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from likeness.llm.core import parse
from likeness.llm.sds import files

WORST, BEST = 1, 10


def problem_with_path(path: str) -> str:
    """One sentence that stops a build whose scores should come from `path`, or ''."""
    if not Path(path).is_file():
        return f"{path}: there is no such file; var scores_path must name the scores."
    try:
        files.read_evaluated(path)
    except (ValueError, OSError) as error:
        return str(error).splitlines()[0]
    return ""


def scores(path: str, names: Sequence[str]) -> pd.DataFrame:
    """One row per judged row, in the file's order.

    Columns: score_id, the fields `names` as text, score and justification. The score is missing
    where the file has none from 1 to 10; the justification then says why.
    """
    judged = [
        {
            "score_id": number,
            **{name: parse.columns(row.row, names)[name] for name in names},
            **_score(row),
        }
        for number, row in enumerate(files.read_evaluated(path))
    ]
    return pd.DataFrame(judged, columns=["score_id", *names, "score", "justification"])


def _score(row: files.EvaluatedRow) -> dict:
    if row.score is not None and not WORST <= row.score <= BEST:
        return {"score": None, "justification": f"{row.score:g} is no score from 1 to 10"}
    return {"score": row.score, "justification": row.justification}
