from likeness import warehouse
from likeness.builds.publishing import staging
from likeness.report import draw, inputs
from likeness.report.write import write_red_page, write_report
from likeness.warehouse.dbt_flags import is_empty


def model(dbt, session):
    dbt.config(materialized="table")
    generator = dbt.config.meta_get("generator")
    min_cell_rows = dbt.config.meta_get("min_cell_rows")
    folder = dbt.config.meta_get("export_dir")
    variables = dbt.config.meta_get("variables")
    conditions = dbt.config.meta_get("condition_on")
    scorecard = dbt.ref("likeness", "quality_scorecard")
    funnel = dbt.ref("likeness", "generation_funnel")
    history = dbt.ref("likeness", "quality_history")
    worst = dbt.ref("likeness", "largest_deviations")
    columns = dbt.ref("likeness", "comparison_columns")
    privacy = dbt.ref("likeness", "comparison_privacy")
    excluded = dbt.ref("likeness", "stg_loans__excluded_counts")
    gates = dbt.ref("likeness", "gates")
    disclosure = dbt.ref("likeness", "disclosure")
    shares = dbt.ref("likeness", "comparison_shares")
    moments = dbt.ref("likeness", "comparison_conditional_moments")
    correlations = dbt.ref("likeness", "comparison_correlations")
    fields = dbt.ref("fields")
    types = {"file": "varchar", "bytes": "bigint"}
    if is_empty():
        return warehouse.spread(session, [], types)
    tables = {
        "scorecard": inputs.of_generator(scorecard, generator),
        "funnel": inputs.of_generator(funnel, generator),
        "worst": inputs.of_generator(worst, generator, "kind, rank"),
        "privacy": inputs.of_generator(privacy, generator),
        "gates": warehouse.small(gates),
        "disclosure": warehouse.small(disclosure, order_by="file, audited_table"),
        "features": inputs.most_telling(inputs.of_generator(columns, generator)),
        "excluded": warehouse.small(excluded),
        "history": inputs.last(warehouse.small(history.filter(f"generator = '{generator}'"))),
    }
    figures = {
        "shares": inputs.of_generator(shares, generator),
        "moments": inputs.of_generator(moments, generator, "condition, level, variable, source"),
        "associations": inputs.associations(
            inputs.of_generator(correlations, generator, "variable_1, variable_2, method")
        ),
    }
    about = {"generator": generator, "min_cell_rows": min_cell_rows}
    with staging.staged_red_page(folder) as path:
        write_red_page(tables, path=path, **about)
    boxed = inputs.continuous(warehouse.small(fields, order_by="position"))
    drawn = draw.drawn(figures, variables, boxed=boxed, by=next(iter(conditions), None))
    with staging.staged(folder, "report.html") as path:
        files = write_report(tables, drawn, folder=str(path.parent), **about)
    return warehouse.back(session, files.assign(file=folder + "/" + files["file"]), types)
