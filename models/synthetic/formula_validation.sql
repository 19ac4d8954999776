{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('fields') }}
-- depends_on: {{ ref('formulas') }}

with loans as (
    select * from {{ ref('likeness', 'stg_synthetic_loans') }}
),

computed as (
    {%- for formula in formula_list() %}
    select
        synthetic_id,
        {{ literal(formula.target) }} as target,
        cast({{ column_sql(formula.target) }} as double) as generated,
        cast({{ formula.value }} as double) as formula,
        {{ formula.tolerance }} as tolerance
    from loans
    union all
    {%- endfor %}
    select
        cast(null as varchar) as synthetic_id,
        cast(null as varchar) as target,
        cast(null as double) as generated,
        cast(null as double) as formula,
        cast(null as double) as tolerance
    where false
),

compared as (
    select
        *,
        round(abs(generated - formula), 6) as absolute_error,
        abs(generated - formula) / nullif(abs(formula), 0) as relative_error
    from computed
),

judged as (
    select
        * exclude (tolerance),
        case
            when formula is null then 'no formula'
            when generated is null then 'missing'
            when generated = formula or relative_error <= tolerance then 'right'
            else 'wrong'
        end as verdict
    from compared
)

select * from judged
