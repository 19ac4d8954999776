"""Which levels of a condition may be shown beside clusters, other conditions and totals."""

import pandas as pd

from likeness.stats.suppression import BELOW_MINIMUM, DIFFERENCED

COLUMNS = ("condition", "level", "n_rows", "reason")


def levels_shown(overlaps: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per condition and level: COLUMNS; `reason` says why it is suppressed, or is None.

    `overlaps`: rows of train by condition, level, other (another condition, or `cluster_id`),
    other_level, and their number n. A level may be shown if at least `min_cell_rows` rows hold it
    and what is left of it without the groups wholly within it, by each other partition, is empty or
    as large. What is suppressed of a condition must together be empty or as large too, else its
    total gives it away: then the smallest level shown is suppressed as well.
    """
    sizes = overlaps.groupby(["condition", "other", "level"])["n"].sum()
    of_level = sizes.groupby(["condition", "level"]).first()
    totals = overlaps.groupby(["condition", "other", "other_level"])["n"].sum()
    whole = overlaps.set_index(["condition", "other", "other_level"])["n"]
    within = overlaps[
        (whole == totals.reindex(whole.index)).to_numpy() & (overlaps["n"] >= min_cell_rows)
    ]
    covered = within.groupby(["condition", "level", "other"])["n"].sum()
    left = covered.rsub(of_level.reindex(covered.index.droplevel("other")).to_numpy())
    differenced = set(left[(left > 0) & (left < min_cell_rows)].index.droplevel("other"))
    rows = []
    for condition, part in of_level.groupby("condition"):
        reasons = {
            level: BELOW_MINIMUM
            if n < min_cell_rows
            else DIFFERENCED
            if (condition, level) in differenced
            else None
            for (_, level), n in part.items()
        }
        by_size = sorted((int(n), level) for (_, level), n in part.items())
        hidden = sum(n for n, level in by_size if reasons[level])
        for n, level in by_size:
            if hidden == 0 or hidden >= min_cell_rows:
                break
            if reasons[level] is None:
                reasons[level] = DIFFERENCED
                hidden += n
        rows += [
            {"condition": condition, "level": level, "n_rows": n, "reason": reasons[level]}
            for n, level in by_size
        ]
    # Of type object, since pandas' texts have no None.
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
