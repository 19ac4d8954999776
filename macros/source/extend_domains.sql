{# Post-hook of the seed fields: the values of var extend_domains join those of allowed_values. #}
{% macro extend_domains() %}
    {% if var('extend_domains', {}) %}
        update {{ this }}
        set allowed_values = case name
            {%- for name, extra in var('extend_domains').items() %}
            when {{ likeness.literal(name) }} then allowed_values || {{ likeness.literal('|' ~ extra | join('|')) }}
            {%- endfor %}
            else allowed_values
        end
    {% endif %}
{% endmacro %}
