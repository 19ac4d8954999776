{{ config(materialized='view', tags=['small']) }}

-- depends_on: {{ ref('fields') }}
-- depends_on: {{ ref('formulas') }}

with formulas as (
    {%- for formula in formula_list() %}
    select
        {{ literal(formula.target) }} as target,
        {{ literal(formula.expression) }} as expression,
        {{ literal(formula.value) }} as value_sql,
        {{ literal(formula.columns | join(";")) }} as named_columns,
        {{ formula.tolerance }} as tolerance
    union all
    {%- endfor %}
    select
        cast(null as varchar) as target,
        cast(null as varchar) as expression,
        cast(null as varchar) as value_sql,
        cast(null as varchar) as named_columns,
        cast(null as double) as tolerance
    where false
)

select * from formulas
