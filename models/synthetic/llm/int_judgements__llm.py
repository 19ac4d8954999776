from likeness.llm import tables


def model(dbt, session):
    dbt.config(materialized="table")
    return tables.judgements_table(
        session,
        responses=dbt.ref("synthetic_responses"),
        format_findings=dbt.ref("format_findings"),
        rule_findings=dbt.ref("rule_findings"),
        plan=dbt.ref("synthesis_plan"),
        fields=dbt.ref("fields"),
        rules=dbt.ref("source_rules"),
        source=dbt.ref("loans"),
        backend=dbt.config.meta_get("backend"),
        given=dbt.config.meta_get("vars"),
        disclosure=dbt.ref("int_disclosure__seeds"),
    )
