from likeness.llm import tables


def model(dbt, session):
    dbt.config(materialized="table")
    return tables.responses_table(
        session,
        plan=dbt.ref("likeness", "synthesis_plan"),
        fields=dbt.ref("fields"),
        profiles=tables.Profiles(
            rules=dbt.ref("likeness", "source_rules"),
            shares=dbt.ref("likeness", "part_shares"),
            ranges=dbt.ref("likeness", "rule_context"),
        ),
        source=dbt.ref("likeness", "loans"),
        backend=dbt.config.meta_get("backend"),
        given=dbt.config.meta_get("vars"),
        disclosure=dbt.ref("likeness", "int_disclosure__seeds"),
    )
