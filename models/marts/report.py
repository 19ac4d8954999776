from likeness import engine
from likeness.invocation import is_empty
from likeness.report import inputs
from likeness.report.write import write_report


def model(dbt, session):
    dbt.config(materialized="table")
    generator = dbt.config.meta_get("generator")
    conditions = dbt.config.meta_get("condition_on")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    min_cell_rows = dbt.config.meta_get("min_cell_rows")
    folder = dbt.config.meta_get("export_dir")
    fields = engine.small(dbt.ref("fields"), order_by="position")
    scorecard = dbt.ref("quality_scorecard")
    funnel = dbt.ref("generation_funnel")
    history = dbt.ref("quality_history")
    worst = dbt.ref("where_is_it_worst")
    shares = dbt.ref("comparison_shares")
    moments = dbt.ref("comparison_conditional_moments")
    correlations = dbt.ref("comparison_correlations")
    features = dbt.ref("comparison_detection_features")
    privacy = dbt.ref("comparison_privacy")
    types = {"file": "varchar", "bytes": "bigint"}
    if is_empty():
        return engine.spread(session, [], types)
    tables = {
        "scorecard": inputs.of_generator(scorecard, generator),
        "funnel": inputs.of_generator(funnel, generator),
        "worst": inputs.of_generator(worst, generator, "kind, place"),
        "privacy": inputs.of_generator(privacy, generator),
        "features": inputs.most_telling(inputs.of_generator(features, generator)),
        "history": inputs.last(engine.small(history.filter(f"generator = '{generator}'"))),
        "shares": inputs.of_generator(shares, generator, "variable, position"),
        "moments": inputs.of_generator(moments, generator, "condition, level, variable, source"),
        "associations": inputs.associations(
            inputs.of_generator(correlations, generator, "variable_1, variable_2, method")
        ),
    }
    files = write_report(
        tables,
        generator=generator,
        variables=[*numbers, *categories],
        boxed=fields.loc[fields["kind"] == "continuous", "name"].tolist(),
        by=conditions[0],
        min_cell_rows=min_cell_rows,
        folder=folder,
    )
    return engine.back(session, files, types)
