from likeness import engine
from likeness.backends import file_rows
from likeness.fields import fields_from_rows
from likeness.profile_rows import response_types


def model(dbt, session):
    dbt.config(materialized="table")
    fields = fields_from_rows(engine.records(dbt.ref("fields")))
    plan = engine.small(dbt.ref("synthesis_plan"), order_by="seed_id")
    frames = file_rows.responses(
        dbt.config.meta_get("synthetic_path"),
        [field.name for field in fields],
        dict(zip(plan["seed_id"], plan["seed_text"], strict=True)),
    )
    return engine.spread(session, frames, response_types(fields))
