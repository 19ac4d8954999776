{#
    How often each value of each variable occurs, within the groups of `keys`: the one aggregate
    that moments, quantiles, shares and divergences are made from.
#}
{% macro value_counts(relation, keys, variables, type) -%}
    {%- for variable in variables %}
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        '{{ variable }}' as variable,
        cast({{ variable }} as {{ type }}) as value,
        count(*) as n
    from {{ relation }}
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
