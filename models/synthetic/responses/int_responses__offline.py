from likeness import warehouse
from likeness.generators import offline_rows
from likeness.schema.fields import fields_from_rows


def model(dbt, session):
    dbt.config(materialized="table")
    fields = fields_from_rows(warehouse.records(dbt.ref("fields")))
    rules = [
        warehouse.small(dbt.ref("likeness", "source_rules")),
        warehouse.small(dbt.ref("likeness", "rule_context")),
    ]
    return offline_rows.table(
        session,
        warehouse.small(dbt.ref("likeness", "synthesis_plan")),
        dbt.config.meta_get("segment_keys"),
        dbt.config.meta_get("random_seed"),
        fields=fields,
        engine=dbt.config.meta_get("engine"),
        profile=warehouse.small(dbt.ref("likeness", "int_engine__profile")),
        rules=rules,
        formulas=warehouse.small(dbt.ref("likeness", "source_formulas")),
    )
