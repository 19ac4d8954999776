from likeness import emi, engine, engines, packing, profile_rows, rules
from likeness.fields import fields_from_rows


def model(dbt, session):
    dbt.config(materialized="table")
    module = dbt.config.meta_get("engine")
    fields = fields_from_rows(engine.records(dbt.ref("fields")))
    check = rules.RuleCheck(
        engine.small(dbt.ref("source_rules")),
        engine.small(dbt.ref("rule_ranges")),
        engine.small(dbt.ref("rule_patterns")),
    )
    batches = profile_rows.responses(
        engine.small(dbt.ref("synthesis_plan")),
        packing.unpack(engine.small(dbt.ref("int_engine__profile"))),
        fields,
        dbt.config.meta_get("segment_keys"),
        dbt.config.meta_get("random_seed"),
        check,
        emi.formula(dbt.config.meta_get("emi_rounding")),
        engines.load(module).draw,
    )
    return engine.spread(session, batches, profile_rows.response_types(fields))
