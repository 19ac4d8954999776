from likeness import warehouse
from likeness.generators.rule_scores import judge_signatures


def model(dbt, session):
    dbt.config(materialized="table")
    signatures = dbt.ref("int_judgements__signatures").project("missing_fields, rule_violations")
    scores = judge_signatures(
        warehouse.small(signatures.distinct(), order_by="missing_fields, rule_violations"),
        warehouse.small(dbt.ref("source_rules")),
    )
    types = {"missing_fields": "varchar", "rule_violations": "varchar"}
    types |= {"score": "double", "justification": "varchar"}
    return warehouse.back(session, scores, types)
