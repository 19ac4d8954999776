"""The business rules at work in Python: can each be used, and which rows break it.

Rules live in `seeds/business_rules.csv`; `macros/rules/` replaces their {placeholders} and finds
the columns they name; `profiles.source_rules` holds the outcome, which is what is read here.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from likeness import warehouse
from likeness.schema.expressions import problem_with_expression, typed_row
from likeness.schema.field_list import located
from likeness.schema.given import RULES, shown_file

CATEGORIES = ("privacy", "formatting", "cross-column", "realism")
FILE = RULES


def problem_with_rules(rules: Sequence[Mapping], columns: Sequence[Mapping]) -> str:
    """One sentence about the first rule that cannot be used, naming it, or ''.

    `rules`: dicts with id, category, condition, sentence, penalty, enforced (texts, placeholders
    replaced) and unknown_var; `columns`: name and SQL type of what a condition may name.
    """
    seen = set()
    with warehouse.scratch() as connection:
        for rule in rules:
            name = rule["id"] or ""
            if not name.isidentifier():
                said = f"the rule id {name!r} must be letters, digits and underscores."
                return f"{shown_file(FILE)}: {said}"
            if name in seen:
                return f"{located(FILE, 'id', name)}: rule {name} is listed more than once."
            seen.add(name)
            sentence = _problem_with_texts(rule)
            sentence = sentence or _problem_with_condition(connection, rule, columns)
            if sentence:
                return f"{located(FILE, 'id', name)}: rule {name}: {sentence}"
    return ""


def _problem_with_texts(rule: Mapping) -> str:
    if rule["unknown_var"]:
        return f"it names {{{rule['unknown_var']}}}, and there is no var of that name."
    if rule["category"] not in CATEGORIES:
        return f"category {rule['category']!r} is none of {', '.join(CATEGORIES)}."
    penalty = str(rule["penalty"])
    if not (penalty.isdigit() and 1 <= int(penalty) <= 10):
        return f"penalty {penalty!r} must be a whole number from 1 to 10."
    if str(rule["enforced"]).lower() not in ("true", "false"):
        return f"enforced {rule['enforced']!r} must be true or false."
    for key in ("condition", "sentence"):
        if not (rule[key] or "").strip():
            return f"it has no {key}."
    return ""


def _problem_with_condition(
    connection: warehouse.Connection, rule: Mapping, columns: Sequence[Mapping]
) -> str:
    condition = rule["condition"]
    sentence = problem_with_expression(condition, rule["columns"], "condition")
    if sentence:
        return sentence
    typed = typed_row(columns)
    probe = f"select ({condition}) as kept from ({typed}) as loans where not ({condition})"
    try:
        (_, kind, *_) = warehouse.row(connection, f"describe {probe}")
    except warehouse.Error as error:
        return f"its condition cannot be evaluated ({warehouse.first_sentence(error)}): {condition}"
    if kind != "BOOLEAN":
        return f"its condition must be true or false, not {kind.lower()}: {condition}"
    return ""


class RuleCheck:
    """Which rows keep the enforced rules.

    `source_rules`, `context`: the tables profiles.source_rules and profiles.rule_context as frames.
    `columns` maps each enforced rule to the columns it names.
    """

    def __init__(self, source_rules: pd.DataFrame, context: pd.DataFrame) -> None:
        enforced = source_rules[source_rules["is_enforced"].astype(bool)].sort_values("rule_id")
        self.columns = {
            rule_id: [name for name in named.split(";") if name]
            for rule_id, named in zip(enforced.rule_id, enforced.named_columns, strict=True)
        }
        self._conditions = dict(zip(enforced.rule_id, enforced.condition, strict=True))
        self._context = context
        # One for all calls: opening a database takes longer than most checks.
        self._connection = warehouse.in_memory()

    def __call__(self, rows: pd.DataFrame) -> pd.DataFrame:
        """One boolean column per enforced rule, True where the row keeps it, index as `rows`.

        `rows` has typed columns; a condition that is null is kept, and so is one that names a
        column which is not there yet, as an identifier is made last.
        """
        asked = [rule_id for rule_id, names in self.columns.items() if set(names) <= set(rows)]
        later = [rule_id for rule_id in self.columns if rule_id not in asked]
        if not asked:
            return pd.DataFrame(True, index=rows.index, columns=later)
        kept = ", ".join(
            f'({self._conditions[rule_id]}) is not false as "{rule_id}"' for rule_id in asked
        )
        named = sorted({name for rule_id in asked for name in self.columns[rule_id]})
        numbered = rows[named].reset_index(drop=True).assign(row_number_=range(len(rows)))
        joins, context = context_columns(self._context, named)
        answer = warehouse.query(
            self._connection,
            f"with rows_ as (select loans.*{context} from loan_rows as loans {joins}) "
            f"select {kept} from rows_ order by row_number_",
            loan_rows=numbered,
            rule_context=self._context,
        )
        return answer.astype(bool).set_index(rows.index).assign(**dict.fromkeys(later, True))


def context_columns(
    context: pd.DataFrame, named: Sequence[str] | None = None, table: str = "rule_context"
) -> tuple[str, str]:
    """Joins and select list that put the context columns beside the rows of `loans`.

    `context` is profiles.rule_context as a frame. Only columns whose `within` column is among
    `named`, where that is given. `table` is the name under which a query finds the frame.
    """
    joins, columns = [], []
    entries = context.assign(is_pattern=context["pattern"].notna())
    for name, within, is_pattern in (
        entries[["name", "within_column", "is_pattern"]].drop_duplicates().to_numpy()
    ):
        if named is not None and within not in named:
            continue
        alias, key = warehouse.quoted(name), warehouse.quoted(within)
        joins.append(
            f"left join {table} as {alias} on {alias}.name = {warehouse.literal(name)} "
            f"and {alias}.within_value = cast(loans.{key} as varchar)"
        )
        if is_pattern:
            columns.append(f"{alias}.pattern as {alias}")
        else:
            columns += [
                f"{alias}.{end} as {warehouse.quoted(f'{name}_{end}')}" for end in ("low", "high")
            ]
    return " ".join(joins), "".join(f", {column}" for column in columns)
