"""Are vars rates_by and means_by what they may be? One sentence about the first that is not."""

from collections.abc import Mapping, Sequence
from typing import Any

from likeness.schema.sentences import nearest, shown, wrong


def problem_with_rates(
    values: Mapping[str, Any], names: Mapping[str, Sequence[str]], dates: Sequence[str]
) -> str:
    """One sentence, or ''. `names` as of `schema.check.names_of`, `dates`: names of date fields."""
    allowed = [*names["categories"], *dates]
    seen = []
    for entry in values["rates_by"] or []:
        named = [entry] if isinstance(entry, str) else entry
        if len(named) not in (1, 2) or len(set(named)) < len(named):
            what = "a list of categories and dates, each alone or two of them as [a, b]"
            return wrong("rates_by", values["rates_by"], what)
        if named in seen:
            return f"var rates_by names {shown(entry)} more than once."
        seen.append(named)
        for name in named:
            if name not in allowed:
                near = nearest(name, allowed) or "."
                return (
                    f"var rates_by names {shown(name)}, which is neither in var "
                    f"categorical_variables nor a date{near}"
                )
    for number, pair in values["means_by"].items():
        if not isinstance(pair, list) or len(pair) != 2:
            return wrong("means_by", values["means_by"], "{number: [a category, a number]}")
        kinds = ((number, "numbers"), (pair[0], "categories"), (pair[1], "numbers"))
        for name, kind in kinds:
            of = values["continuous_variables"] if kind == "numbers" else names["categories"]
            if name not in of:
                var = "continuous_variables" if kind == "numbers" else "categorical_variables"
                near = nearest(str(name), of) or "."
                return f"var means_by names {shown(name)}, which is not in var {var}{near}"
    return ""
