from likeness import warehouse
from likeness.builds.publishing import staging
from likeness.report import draw, inputs
from likeness.report.page import About
from likeness.report.write import write_red_page, write_report
from likeness.warehouse.dbt_flags import is_empty


def model(dbt, session):
    dbt.config(materialized="table")
    generator = dbt.config.meta_get("generator")
    folder = dbt.config.meta_get("export_dir")
    target = dbt.config.meta_get("utility_target")
    marts = {
        "scorecard": dbt.ref("likeness", "quality_scorecard"),
        "funnel": dbt.ref("likeness", "generation_funnel"),
        "worst": dbt.ref("likeness", "largest_deviations"),
        "columns": dbt.ref("likeness", "comparison_columns"),
        "privacy": dbt.ref("likeness", "comparison_privacy"),
        "rates": dbt.ref("likeness", "comparison_rates"),
        "utility": dbt.ref("likeness", "comparison_utility"),
        "detection": dbt.ref("likeness", "comparison_detection"),
        "shares": dbt.ref("likeness", "comparison_shares"),
        "moments": dbt.ref("likeness", "comparison_conditional_moments"),
        "associations": dbt.ref("likeness", "comparison_correlations"),
        "pairs": dbt.ref("likeness", "comparison_pair_trends"),
    }
    history = dbt.ref("likeness", "quality_history")
    excluded = dbt.ref("likeness", "stg_loans__excluded_counts")
    rules = dbt.ref("likeness", "source_rules")
    gates = dbt.ref("likeness", "gates")
    disclosure = dbt.ref("likeness", "disclosure")
    fields = warehouse.small(dbt.ref("fields"), order_by="position")
    types = {"file": "varchar", "bytes": "bigint"}
    if is_empty():
        return warehouse.spread(session, [], types)
    tables = {
        name: inputs.of_generator(mart, generator, inputs.ORDER.get(name))
        for name, mart in marts.items()
    } | {
        "history": inputs.last(warehouse.small(history.filter(f"generator = '{generator}'"))),
        "excluded": warehouse.small(excluded),
        "rules": warehouse.small(rules),
        "gates": warehouse.small(gates),
        "disclosure": warehouse.small(disclosure, order_by="file, audited_table"),
    }
    tables["associations"] = inputs.associations(tables["associations"])
    tables["features"] = inputs.most_telling(tables["columns"])
    about = About(
        generator,
        dbt.config.meta_get("min_cell_rows"),
        inputs.source_name(
            dbt.config.meta_get("source_relation"), dbt.config.meta_get("loans_path")
        ),
        target["variable"] if target else None,
    )
    with staging.staged_red_page(folder) as path:
        write_red_page(tables, path=path, about=about)
    drawn = draw.drawn(
        tables,
        dbt.config.meta_get("variables"),
        boxed=inputs.continuous(fields),
        by=next(iter(dbt.config.meta_get("condition_on")), None),
        orders=inputs.orders(fields),
    )
    with staging.staged(folder, "report.html") as path:
        files = write_report(tables, drawn, folder=str(path.parent), about=about)
    return warehouse.back(session, files.assign(file=folder + "/" + files["file"]), types)
