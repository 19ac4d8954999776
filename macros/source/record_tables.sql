{# The vars that seeds, plan and rules depend on, those that a rule may name among them. #}
{% macro seeds_vars() %}
    {% set names = [
        'categorical_variables', 'clustering_keys', 'continuous_variables', 'correlation_keys', 'date_stand_ins',
        'decimal_mark', 'emi_rounding', 'emi_tolerance', 'enforce_rules', 'extend_domains', 'generator', 'holdout_fraction', 'key_column',
        'latest_year', 'markers_kept_in', 'max_excluded_share', 'missing_markers', 'plausible_bounds', 'source_delimiter',
        'source_encoding', 'source_header_line',
        'max_annual_inc', 'max_fit_rows', 'max_revol_util', 'min_annual_inc', 'min_cell_rows', 'min_cluster_rows', 'missing',
        'num_of_clusters', 'random_seed', 'rows_per_seed', 'rule_patterns', 'rule_ranges', 'sampling_factor', 'seed_quantiles',
        'seeds_path', 'segment_keys', 'segment_roles', 'target_rows',
    ] %}
    {% set values = {'is_empty': true} if flags.EMPTY else {} %}
    {% for name in names %}
        {% do values.update({name: var(name)}) %}
    {% endfor %}
    {{ return(values) }}
{% endmacro %}

{# Marks the models that this run is about to make: should it be killed, what they hold is unknown. #}
{% macro begin_tables(pending) %}
    {% set rows = [] %}
    {% for unique_id in selected_resources if unique_id.startswith('model.likeness.') %}
        {% do rows.append("('" ~ unique_id ~ "', '" ~ invocation_id ~ "', " ~ literal(pending) ~ ")") %}
    {% endfor %}
    {% if rows %}
        {% do run_query(
            'insert into ' ~ table_sources() ~ ' (node, build_id, pending) values ' ~ rows | join(', ')
            ~ ' on conflict (node) do update set build_id = excluded.build_id, pending = excluded.pending'
        ) %}
    {% endif %}
{% endmacro %}

{# After the run: what was made comes from the source of raw.loans; what was not is as it was. #}
{% macro end_tables() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run') %}
        {% set made = [] %}
        {% for result in results if result.status == 'success' and result.node.unique_id.startswith('model.likeness.') %}
            {% do made.append("'" ~ result.node.unique_id ~ "'") %}
        {% endfor %}
        {% if made %}
            {% set stamp = "likeness_seeds_stamp('" ~ (tojson(seeds_vars()) | replace("'", "''")) ~ "')" %}
            {% do run_query(
                'update ' ~ table_sources() ~ ' as tables set source = identity.digest, source_name = identity.name, '
                ~ 'stamp = made.stamp from ' ~ source_identity() ~ ' as identity, (select ' ~ stamp ~ ' as stamp) as made '
                ~ 'where tables.node in (' ~ made | join(', ') ~ ')'
            ) %}
        {% endif %}
        {% do run_query(
            'update ' ~ table_sources() ~ " set pending = null where build_id = '" ~ invocation_id ~ "'"
        ) %}
    {% endif %}
{% endmacro %}

{# A table with rows of several generators is made anew when its source is another one: they have no place beside. #}
{% macro should_full_refresh() %}
    {% set decided = dbt.should_full_refresh() %}
    {% if decided or config.get('full_refresh') is not none %}
        {{ return(decided) }}
    {% endif %}
    {% if not (execute and flags.WHICH in ('build', 'run') and model.config.materialized == 'incremental') %}
        {{ return(false) }}
    {% endif %}
    {% set other %}
        select count(*)
        from {{ table_sources() }} as tables
        cross join {{ source_identity() }} as identity
        where tables.node = '{{ model.unique_id }}' and tables.source <> identity.digest
    {% endset %}
    {{ return(run_query(other).rows[0][0] > 0) }}
{% endmacro %}
