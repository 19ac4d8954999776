"""Values of var extend_domains that no synthetic row could have, since a rule forbids them."""

import re
from collections.abc import Mapping

from likeness import warehouse
from likeness.schema.field_list import located
from likeness.schema.given import RULES

GATE = "missing_categories"


def problem_with_extended(connection: warehouse.Connection, request: Mapping) -> str:
    """One sentence about the first added value all of whose rows break an enforced rule, or ''.

    Such a build would end in the gate `missing_categories`; where that is off it may go on. Of a
    value of fewer than `min_cell_rows` rows none is due. What rules that name columns of vars
    rule_ranges or rule_patterns say is known after the profiles only, and a `source_true` build
    enforces none that rows of the source break.

    `request`: `typed` (SQL of the source's rows typed), `vars`, `rules` (see `problem_with_rules`).
    """
    values = request["vars"]
    extended: Mapping[str, list] = values["extend_domains"]
    is_off = GATE in values["gates"] and values["gates"][GATE] is None
    if not extended or is_off or values["enforce_rules"] != "all":
        return ""
    rules = [rule for rule in request["rules"]["rules"] if str(rule["enforced"]).lower() == "true"]
    later = {one["name"].lower() for one in request["rules"]["columns"] if "within" in one}
    rules = [rule for rule in rules if not later & set(_words(rule["condition"]))]
    if not rules:
        return ""
    broken = ", ".join(f"count(*) filter (where not ({rule['condition']}))" for rule in rules)
    for name, added in extended.items():
        text = f"cast({warehouse.quoted(name)} as varchar)"
        listed = ", ".join(warehouse.literal(str(value)) for value in added)
        found = connection.execute(
            f"select {text}, count(*), {broken} from {request['typed']} as typed "
            f"where {text} in ({listed}) group by 1 order by 1"
        ).fetchall()
        for value, n, *counts in found:
            if n < values["min_cell_rows"]:
                continue
            for rule, rows in zip(rules, counts, strict=True):
                if rows == n:
                    return _sentence(name, value, n, rule)
    return ""


def _sentence(name: str, value: str, n: int, rule: Mapping) -> str:
    return (
        f"var extend_domains allows {value!r} in column {name}, but all {n:,} rows that hold it "
        f"break rule {rule['id']} ({rule['sentence']}), so that no synthetic row could: let the "
        f"condition allow it, or set enforced to false, in {located(RULES, 'id', rule['id'])}."
    )


def _words(condition: str) -> list[str]:
    return re.findall(r"\w+", re.sub("'[^']*'", "''", condition).lower())
