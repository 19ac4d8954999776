"""Could any of the first rows of a synthetic file be accepted? Asked before the build."""

from collections.abc import Mapping, Sequence

from likeness import warehouse
from likeness.generators import file_rows
from likeness.schema.fields import Field

FIRST = 1000
RESPONSES = "likeness_first_rows"


def problem_with_first_rows(
    path: str, findings: str, fields: Sequence[Field], values: Mapping[str, object]
) -> str:
    """One sentence where each of the first rows of `path` would be rejected for its format, or ''.

    `findings`: SQL of what is wrong with the form of the rows of `likeness_first_rows`, which has
    the columns of synthetic.synthetic_responses; `values`: the vars.
    """
    names = [field.name for field in fields]
    markers, kept_in = values["missing_markers"], values["markers_kept_in"]
    frames = file_rows.responses(path, names, {}, markers, kept_in)
    rows = next(frames).head(FIRST)
    frames.close()
    texts = [name for name in rows if name not in ("seed_id", "row_in_request")]
    with warehouse.scratch() as connection:
        connection.register(RESPONSES, rows.astype(dict.fromkeys(texts, "string")))
        found = connection.execute(
            "select field, finding, value, count(distinct synthetic_id) "
            "over (partition by field, finding), synthetic_id "
            f"from ({findings}) as findings where rejects order by synthetic_id"
        ).fetchall()
    if len({row[-1] for row in found}) < len(rows):
        return ""
    place = {name: n for n, name in enumerate(names)}
    field, finding, value, n, _ = min(
        found, key=lambda row: (-row[3], place.get(row[0], -1), row[1])
    )
    such_as = f", such as {_shown(value)}" if value else ""
    subject = f"{field} {finding}" if field else finding
    return (
        f"{path}: none of its first {len(rows):,} rows could be accepted: {subject} in {n:,}"
        f"{such_as}; correct the file that var synthetic_path names."
    )


def _shown(value: str) -> str:
    text = repr(" ".join(value.split()))
    return text if len(text) <= 40 else f"{text[:40]}..."
