from likeness import warehouse
from likeness.schema.fields import derived_from_rows, domains, fields_from_rows, with_part_values
from likeness.warehouse import packing, workers


def model(dbt, session):
    dbt.config(materialized="table")
    listed = warehouse.records(dbt.ref("fields"))
    fields = with_part_values(fields_from_rows(listed), domains(derived_from_rows(listed)))
    packed = workers.called(
        "likeness.generators.plugins.packed_fit",
        dbt.config.meta_get("engine"),
        warehouse.small(dbt.ref("likeness", "int_loans__fit_sample")),
        fields,
        given=dbt.config.meta_get("segment_keys"),
        min_cell_rows=dbt.config.meta_get("min_cell_rows"),
        seed=dbt.config.meta_get("random_seed"),
        order=dbt.config.meta_get("engine_order"),
        formula=[field.name for field in fields if field.has_role("formula")],
    )
    return warehouse.back(session, packed, packing.TYPES)
