{#
    A count of source rows as text for whoever may not see the source: below the minimum cell size it reads
    `fewer than 20`, and where `total` is given and only so few are not counted, `all but fewer than 20`.
#}
{% macro shown_count(n, total=none) -%}
    case
        when {{ n }} between 1 and {{ var('min_cell_rows') }} - 1 then 'fewer than {{ var("min_cell_rows") }}'
        {%- if total %}
        when {{ total }} - {{ n }} between 1 and {{ var('min_cell_rows') }} - 1
            then 'all but fewer than {{ var("min_cell_rows") }}'
        {%- endif %}
        else cast({{ n }} as varchar)
    end
{%- endmacro %}
