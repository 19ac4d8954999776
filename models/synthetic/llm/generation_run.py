from likeness.llm import tables


def model(dbt, session):
    dbt.config(materialized="table")
    return tables.run_table(
        session,
        verdicts=dbt.ref("likeness", "int_synthetic__verdicts"),
        responses=dbt.ref("likeness", "synthetic_responses"),
        plan=dbt.ref("likeness", "synthesis_plan"),
        backend=dbt.config.meta_get("backend"),
        given=dbt.config.meta_get("vars"),
    )
