from likeness import warehouse
from likeness.generators import file_scores


def model(dbt, session):
    dbt.config(materialized="table")
    names = warehouse.values(
        dbt.ref("fields").filter("expression is null"), "name", order_by="position"
    )
    scores = file_scores.scores(dbt.config.meta_get("scores_path"), names)
    types = {"score_id": "integer"} | dict.fromkeys(names, "varchar")
    return warehouse.back(session, scores, types | {"score": "double", "justification": "varchar"})
