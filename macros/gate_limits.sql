{#
    The gates' limits as a query, one row per metric: the var gates over the defaults of seeds/gates.csv, metric by
    metric and key by key. null takes a limit or a gate away; `limits` says default, changed or off.
#}
{% macro gate_limits() %}
{%- set types = {
    'warn_at': 'double', 'fail_at': 'double', 'warn_by': 'double', 'fail_by': 'double', 'always_error': 'boolean'
} %}

with defaults as (
    select
        *,
        json_extract('{{ tojson(var("gates")) | replace("'", "''") }}', '$."' || metric || '"') as change,
        coalesce(json_type(change) = 'NULL', false) as is_off
    from {{ ref('likeness', 'gates') }}
),

patched as (
    select
        *,
        case
            when is_off then json_object('always_error', false, 'advice', advice)
            else json_merge_patch(
                json_object(
                    {%- for key in types %}
                    '{{ key }}', {{ key }},
                    {%- endfor %}
                    'advice', advice
                ),
                coalesce(change, '{}')
            )
        end as merged
    from defaults
),

limits as (
    select
        metric,
        direction,
        meaning,
        {%- for key, type in types.items() %}
        cast(json_extract(merged, '$.{{ key }}') as {{ type }}) as {{ key }},
        {%- endfor %}
        json_extract_string(merged, '$.advice') as advice,
        case
            when is_off then 'off'
            {%- for key, type in types.items() %}
            when (cast(json_extract(merged, '$.{{ key }}') as {{ type }}) is distinct from patched.{{ key }}) then 'changed'
            {%- endfor %}
            else 'default'
        end as limits
    from patched
)

select * from limits
{% endmacro %}
