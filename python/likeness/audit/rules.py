"""The rules' published numbers: the train rows that break each, recounted."""

from likeness.audit.findings import Tally
from likeness.audit.sources import Sources
from likeness.schema.rules import context_columns

RULES, CONTEXT = "profiles.source_rules", "profiles.rule_context"


def audit_rules(sources: Sources, tally: Tally) -> None:
    """Recount the train rows that break, and that keep, each rule whose share is published."""
    rules = sources.query(
        "select rule_id, condition, n_rows, n_broken "
        f"from {sources.table(RULES)} where n_broken is not null"
    )
    if not len(rules):
        return
    context = sources.table(CONTEXT)
    joins, columns = context_columns(sources.query(f"select * from {context}"), table=context)
    counted = ", ".join(
        f"count(*) filter (where not ({condition})) as broken_{number}"
        for number, condition in enumerate(rules["condition"])
    )
    broken = sources.query(
        f"with rows_ as (select loans.*{columns} from {{train}} as loans {joins}) "
        f"select {counted} from rows_"
    ).iloc[0]
    rules["broken"] = broken.to_numpy()
    kept = rules["n_rows"] - rules["broken"]
    for what, rows in (
        ("n_broken rests on", rules["broken"]),
        ("the others are", kept),
        ("n_broken prints", rules["n_broken"]),
    ):
        tally.look_at(RULES, rules, lambda row: f"rule_id={row['rule_id']}", what, rows)
