from likeness.exports import ENGINE_PROFILE, write_copy


def model(dbt, session):
    dbt.config(materialized="table")
    fields = dbt.ref("engine_fields")
    cells = dbt.ref("engine_cells")
    heaps = dbt.ref("engine_heaps")
    nodes = dbt.ref("engine_nodes")
    shares = dbt.ref("engine_shares")
    bounds = dbt.ref("engine_bounds")
    forms = dbt.ref("engine_address_forms")
    tables = {
        "engine_fields": fields,
        "engine_cells": cells,
        "engine_heaps": heaps,
        "engine_nodes": nodes,
        "engine_shares": shares,
        "engine_bounds": bounds,
        "engine_address_forms": forms,
    }
    return write_copy(session, tables, dbt.config.meta_get("export_dir"), ENGINE_PROFILE)
