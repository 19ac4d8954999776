{#
    A database that an older version made, of this project and without a prefix: columns, metrics and generators get their present names, so that history
    and other generators' rows stay. Changes nothing where the names are right. The same names as in
    python/likeness/schema/renamed.py, whose test holds both together.
#}
{% macro old_metrics() %}
    {{ return({
        'broken_rules': 'rule_violations',
        'emi_to_the_cent': 'formula_exact',
        'emi_right_as_generated': 'formula_exact_as_generated',
        'lost_categories': 'missing_categories',
        'exact_copies': 'identical_match_share',
        'worst_pairs_distance': 'worst_pairs_tvd',
        'utility_ratio': 'tstr_ratio',
        'correlation_difference': 'mean_abs_correlation_difference',
        'mean_difference': 'standardized_mean_difference',
    }) }}
{% endmacro %}

{% macro old_columns() %}
    {% set columns = {'comparison_kl_divergence': {'kl_holdout': 'kl_divergence_holdout', 'kl_noise': 'kl_sampling_noise'}} %}
    {% do columns.update({'quality_history': old_metrics()}) %}
    {{ return(columns) }}
{% endmacro %}

{% macro old_tables() %}
    {{ return([
        'marts.where_is_it_worst', 'marts.comparison_detection_features', 'marts.comparison_target_rates', 'marts.reader_copy', 'profiles.engine_cells', 'profiles.engine_heaps',
        'intermediate.int_cells__counted', 'intermediate.int_cells__merged', 'intermediate.int_loans__cells',
        'synthetic.int_responses__profile', 'synthetic.int_judgements__candidates',
        'intermediate.int_clusters__groups', 'intermediate.int_clusters__category_counts', 'intermediate.int_clusters__number_counts',
        'intermediate.int_clusters__sample', 'intermediate.int_comparison__category_counts',
        'intermediate.int_comparison__figures', 'intermediate.int_comparison__missing_counts',
        'intermediate.int_comparison__number_counts', 'intermediate.int_comparison__rows',
        'intermediate.int_comparison_conditionals', 'intermediate.int_comparison_correlations',
        'intermediate.int_comparison_detection', 'intermediate.int_comparison_kl_divergence',
        'intermediate.int_comparison_missing', 'intermediate.int_comparison_moment_differences',
        'intermediate.int_comparison_moments', 'intermediate.int_comparison_pair_trends',
        'intermediate.int_comparison_privacy', 'intermediate.int_comparison_shapes',
        'intermediate.int_comparison_shares', 'intermediate.int_comparison_target_rates',
        'intermediate.int_comparison_utility',
        'intermediate.int_disclosure__seed_tables', 'intermediate.int_export__emi',
        'intermediate.int_export__format_findings', 'intermediate.int_export__rule_findings',
        'intermediate.int_export__texts', 'intermediate.int_export__typed', 'intermediate.int_judgements__by_rules',
        'intermediate.int_judgements__file', 'intermediate.int_judgements__signatures',
        'intermediate.int_loans__holdout', 'intermediate.int_loans__train', 'intermediate.int_loans__train_clustered',
        'intermediate.int_report__figures', 'intermediate.int_scorecard__categories',
        'intermediate.int_scorecard__disclosure', 'intermediate.int_segments__values',
        'intermediate.int_synthetic__reasons', 'intermediate.int_value_groups__counted',
    ]) }}
{% endmacro %}

{% macro rename_old_names() %}
    {% if execute and project_name == 'likeness' and not var('schema_prefix', none) %}
        {% set found = run_query(
            "select schema_name || '.' || table_name as name, column_name, "
            ~ "exists (from duckdb_tables() as t where t.schema_name = c.schema_name and t.table_name = c.table_name) as is_table "
            ~ "from duckdb_columns() as c where database_name = current_database() and not internal"
        ) %}
        {% set columns = {} %}
        {% set tables = {} %}
        {% for row in found.rows %}
            {% do columns.setdefault(row[0], []).append(row[1]) %}
            {% do tables.update({row[0]: row[2]}) %}
        {% endfor %}
        {# They are dropped last: while one is there, names are still to be changed. #}
        {% set leftover = old_tables() | select('in', tables) | list %}
        {% if leftover %}
            {% for name, renamed in old_columns().items() %}
                {% for old, new in renamed.items() if old in columns.get('marts.' ~ name, []) %}
                    {% do run_query('alter table marts.' ~ name ~ ' rename column ' ~ old ~ ' to ' ~ new) %}
                {% endfor %}
            {% endfor %}
            {% for name in columns if tables[name] and name.startswith('marts.') and 'generator' in columns[name] %}
                {% do run_query('update ' ~ name ~ " set generator = 'offline' where generator = 'profile'") %}
                {% if 'metric' in columns[name] %}
                    {% for old, new in old_metrics().items() %}
                        {% do run_query('update ' ~ name ~ " set metric = '" ~ new ~ "' where metric = '" ~ old ~ "'") %}
                    {% endfor %}
                {% endif %}
            {% endfor %}
            {% for name in leftover %}
                {% do run_query('drop ' ~ ('table' if tables[name] else 'view') ~ ' if exists ' ~ name) %}
            {% endfor %}
        {% endif %}
    {% endif %}
{% endmacro %}
