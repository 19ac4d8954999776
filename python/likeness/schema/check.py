"""Is each var what it may be? Answered in one sentence about the first that is not."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from likeness.schema.fields import Field
from likeness.schema.gates import Gate, problem_with_gates
from likeness.schema.part import about
from likeness.schema.rates import problem_with_rates
from likeness.schema.renamed import problem_with_old_value
from likeness.schema.sentences import may_be, nearest, shown, wrong
from likeness.schema.settings import Settings

OWN_LABELS = ("(other)", "(missing)")
CONTEXTS = ("rule_ranges", "rule_patterns")


WORDS = {
    "columns": "is no column of staging.stg_loans",
    "numbers": "is no column of numbers in staging.stg_loans",
    "drawn": "is no field that the engine draws",
    "categories": "is not in var categorical_variables",
    "compared": "is in neither var continuous_variables nor var categorical_variables",
}


def names_of(
    fields: Sequence[Field], derived: Sequence[Field], values: Mapping[str, Any]
) -> dict[str, list[str]]:
    """What vars may name, by `of` (see `schema.part.setting`)."""
    parts = [name for field in fields for name in field.fixed_parts]
    columns = [field.name for field in fields] + [field.name for field in derived]
    numbers = [f.name for f in fields if f.type != "text" and not f.calendar]
    drawn = [f for f in fields if not f.has_role("formula") and not f.parts]
    years = [f.name + ":year" for f in drawn if f.calendar == "month"]
    return {
        "columns": columns,
        "numbers": numbers + [f.name for f in derived if f.type != "text"],
        "drawn": [f.name for f in drawn] + years + [*values["segment_keys"], *parts],
        "categories": list(values["categorical_variables"]),
        "compared": [*values["continuous_variables"], *values["categorical_variables"]],
    }


def problem_with_vars(
    values: Mapping[str, Any],
    fields: Sequence[Field],
    derived: Sequence[Field],
    gates: Sequence[Gate],
) -> str:
    """One sentence about the first var that is not what it may be, or ''.

    `values` are all vars by name as YAML gives them; names that are not vars of Likeness are left
    alone. `fields` and `derived` are the rows of seeds/fields.csv, `gates` those of
    seeds/gates.csv.
    """
    sentence = _problem_with_types(values)
    if sentence:
        return sentence
    names = names_of(fields, derived, values)
    levels = {field.name: field.allowed_values for field in fields}
    extended = values["extend_domains"]
    return (
        _problem_with_no_variables(values)
        or _problem_with_names(values, names)
        or _problem_with_roles(values["segment_roles"], names["columns"])
        or _problem_with_pairs(values)
        or _problem_with_bounds(values["plausible_bounds"])
        or _problem_with_domains(extended, levels)
        or _problem_with_contexts(values, names)
        or problem_with_rates(values, names, [f.name for f in fields if f.calendar])
        or _problem_with_target(
            values["utility_target"],
            names["categories"],
            {name: (*listed, *extended.get(name, ())) for name, listed in levels.items()},
        )
        or problem_with_gates(values["gates"], gates)
    )


def _problem_with_types(values: Mapping[str, Any]) -> str:
    known = {name: values[name] for name in Settings.model_fields if name in values}
    for name, value in known.items():
        sentence = problem_with_old_value(name, value)
        if sentence:
            return sentence
    try:
        Settings.model_validate(known)
    except ValidationError as error:
        name = str(error.errors(include_url=False, include_context=False)[0]["loc"][0])
        if name not in known:
            return f"var {name} is not set: dbt_project.yml must give it."
        return wrong(name, known[name], may_be(Settings.model_fields[name]))
    return ""


def _problem_with_no_variables(values: Mapping[str, Any]) -> str:
    if not values["continuous_variables"] and not values["categorical_variables"]:
        return (
            "var continuous_variables and var categorical_variables are both empty: name at least "
            "one column to compare in one of them."
        )
    return ""


def _problem_with_names(values: Mapping[str, Any], names: Mapping[str, list[str]]) -> str:
    for name, field in Settings.model_fields.items():
        of = about(field)["of"]
        if not of:
            continue
        value = values[name]
        if value is None:
            continue
        named = [value] if isinstance(value, str) else list(value)
        if isinstance(value, dict):
            named += [column for column in value.values() if isinstance(column, str)]
        for item in named:
            if item not in names[of]:
                return f"var {name} names {shown(item)}, which {WORDS[of]}{_or(item, names[of])}"
        if isinstance(value, list) and len(set(value)) < len(value):
            twice = next(item for item in value if value.count(item) > 1)
            return f"var {name} names {twice} more than once."
    return ""


def _problem_with_pairs(values: Mapping[str, Any]) -> str:
    both = [
        name for name in values["continuous_variables"] if name in values["categorical_variables"]
    ]
    if both:
        return (
            f"{both[0]} is in var continuous_variables and in var categorical_variables: "
            "a variable is compared as one of them."
        )
    for least in (name for name in values if name.startswith("min_")):
        most = f"max_{least.removeprefix('min_')}"
        if most in values and values[least] > values[most]:
            return wrong(least, values[least], f"at most var {most}, {values[most]}")
    return ""


def _problem_with_roles(roles: Mapping[str, str], columns: Sequence[str]) -> str:
    # The role of a column that is no segment key in this build waits for when it is one.
    for name in roles:
        if name not in columns:
            near = _or(name, columns)
            return f"var segment_roles names {shown(name)}, which {WORDS['columns']}{near}"
    return ""


def _problem_with_bounds(bounds: Mapping[str, Any]) -> str:
    for name, pair in bounds.items():
        sound = isinstance(pair, list) and [type(n) in (int, float) for n in pair] == [True, True]
        if not sound or not -1e300 <= pair[0] <= pair[1] <= 1e300:
            return wrong(f"plausible_bounds.{name}", pair, "[least, most], two numbers in order")
    return ""


def _problem_with_domains(extended: Mapping[str, Any], levels: Mapping[str, Sequence[str]]) -> str:
    for name, extra in extended.items():
        if not levels.get(name):
            return f"var extend_domains names {name}, which has no allowed_values in fields.csv."
        if not isinstance(extra, list) or not extra:
            return wrong(f"extend_domains.{name}", extra, "a list of texts")
        texts = [*levels[name], *map(str, extra)]
        if len(set(texts)) < len(texts):
            twice = next(text for text in texts if texts.count(text) > 1)
            return f"var extend_domains names {twice} for {name}, which is allowed already."
        for value in extra:
            text = str(value)
            if text in OWN_LABELS or not text.strip() or "|" in text:
                may_be = "no empty text, without | and none of the tables' own labels"
                return wrong(f"extend_domains.{name}", value, may_be)
    return ""


def _problem_with_contexts(values: Mapping[str, Any], names: Mapping[str, list[str]]) -> str:
    for name in CONTEXTS:
        for entry, content in values[name].items():
            path = f"{name}.{entry}"
            if name != CONTEXTS[0] and entry in values[CONTEXTS[0]]:
                return f"var {path}: var {CONTEXTS[0]} has an entry of that name already."
            if not entry.isidentifier():
                return f"var {name} has the name {entry!r}: letters, digits and underscores only."
            sound = isinstance(content, dict) and set(content) == {"value", "within"}
            if not sound:
                return wrong(path, content, "{value: a column, within: a column}")
            kinds = {"value": "numbers" if name == "rule_ranges" else "columns"}
            for key, column in content.items():
                of = kinds.get(key, "columns")
                if column not in names[of]:
                    near = _or(column, names[of])
                    return f"var {path}.{key} is {shown(column)}, which {WORDS[of]}{near}"
    return ""


def _problem_with_target(
    target: Mapping[str, Any] | None, categories: Sequence[str], levels: Mapping[str, Sequence[str]]
) -> str:
    if target is None:
        return ""
    field = Settings.model_fields["utility_target"]
    texts = isinstance(target.get("variable"), str) and isinstance(target.get("positive"), str)
    if set(target) != {"variable", "positive"} or not texts:
        return wrong("utility_target", target, may_be(field))
    variable, positive = target["variable"], target["positive"]
    if variable not in categories:
        near = _or(variable, categories)
        return f"var utility_target names {variable!r}, which {WORDS['categories']}{near}"
    listed = levels.get(variable, ())
    if listed and positive not in listed:
        return (
            f"var utility_target has the positive level {positive!r}: {variable} is one of "
            f"{', '.join(listed)}{nearest(positive, listed) or '.'}"
        )
    return ""


def _or(name: object, allowed: Sequence[str]) -> str:
    return nearest(str(name), allowed) or "."
