from likeness import engine, profile_rows
from likeness.fields import fields_from_rows


def model(dbt, session):
    dbt.config(materialized="table")
    fields = fields_from_rows(engine.records(dbt.ref("fields")))
    rules = [
        engine.small(dbt.ref("source_rules")),
        engine.small(dbt.ref("rule_ranges")),
        engine.small(dbt.ref("rule_patterns")),
    ]
    batches = profile_rows.responses(
        engine.small(dbt.ref("synthesis_plan")),
        dbt.config.meta_get("segment_keys"),
        dbt.config.meta_get("random_seed"),
        fields=fields,
        engine=dbt.config.meta_get("engine"),
        profile=engine.small(dbt.ref("int_engine__profile")),
        rules=rules,
        emi_rounding=dbt.config.meta_get("emi_rounding"),
    )
    return engine.spread(session, batches, profile_rows.response_types(fields))
