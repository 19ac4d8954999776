{{ config(tags=['aggregate']) }}

-- depends_on: {{ ref('fields') }}
-- A formula column follows from the others, and is computed anew in an accepted row.
{%- set formulas = [] %}
{%- for field in field_list() if 'formula' in field.roles %}
{%- do formulas.append(field.name) %}
{%- endfor %}
{%- set variables = (var('continuous_variables') + var('categorical_variables')) | reject('in', formulas) | list %}

with compared as (
    {{ compared_loans() }}
),

-- A missing value is equal to a missing value.
keyed as (
    select
        source,
        md5(cast(to_json([{% for name in variables %}cast({{ column_sql(name) }} as varchar){{ ', ' if not loop.last }}{% endfor %}]) as varchar)) as whole_row,
        md5(cast(to_json([{% for name in var('quasi_identifiers') %}cast({{ column_sql(name) }} as varchar){{ ', ' if not loop.last }}{% endfor %}]) as varchar)) as quasi_identifiers
    from compared
),

train_rows as (
    select distinct whole_row
    from keyed
    where source = 'train'
),

-- Combinations that many borrowers share disclose nothing about one of them.
rare_combinations as (
    select quasi_identifiers
    from keyed
    where source = 'train'
    group by quasi_identifiers
    having count(*) < {{ var('min_cell_rows') }}
),

counted as (
    select
        keyed.source,
        count(*) as n,
        count(train_rows.whole_row) as n_copies,
        count(rare_combinations.quasi_identifiers) as n_shared
    from keyed
    left join train_rows on keyed.whole_row = train_rows.whole_row
    left join rare_combinations on keyed.quasi_identifiers = rare_combinations.quasi_identifiers
    where keyed.source <> 'train'
    group by keyed.source
)

select * from counted
