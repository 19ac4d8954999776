from likeness import warehouse
from likeness.generators import file_rows
from likeness.generators.offline_rows import response_types
from likeness.schema.fields import fields_from_rows


def model(dbt, session):
    dbt.config(materialized="table")
    fields = fields_from_rows(warehouse.records(dbt.ref("fields")))
    plan = warehouse.small(dbt.ref("likeness", "synthesis_plan"), order_by="seed_id")
    frames = file_rows.responses(
        dbt.config.meta_get("synthetic_path"),
        [field.name for field in fields],
        dict(zip(plan["seed_id"], plan["seed_text"], strict=True)),
        markers=dbt.config.meta_get("missing_markers"),
        kept_in=dbt.config.meta_get("markers_kept_in"),
    )
    return warehouse.spread(session, frames, response_types(fields))
