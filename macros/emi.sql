{#
    The monthly payment of a loan (equated monthly installment) in cents-exact dollars:
    amount * r * (1 + r)^months / ((1 + r)^months - 1), r = annual_rate_percent / 1200; amount / months at rate 0.

    rounding: nearest (half a cent away from zero; the method's formula) or up (Lending Club). Cents are snapped to
    1e-6 before they are rounded, so that 0.5 stored as 0.49999999999 still counts as half. Null in, null out.
    likeness.schema.emi.installment is the same formula in Python; a test holds the two together.
#}
{% macro emi(amount, annual_rate_percent, months, rounding=none) -%}
    {%- set rounding = rounding or var("emi_rounding") -%}
    {%- if rounding not in ["nearest", "up"] -%}
        {{ exceptions.raise_compiler_error("emi_rounding is nearest or up, not " ~ rounding ~ ".") }}
    {%- endif -%}
    {%- set growth = "pow(1 + (" ~ annual_rate_percent ~ ") / 1200.0, (" ~ months ~ "))" -%}
    {%- set payment -%}
        (case
            when {{ growth }} = 1 then ({{ amount }}) / cast({{ months }} as double)
            else ({{ amount }}) * (({{ annual_rate_percent }}) / 1200.0) * {{ growth }} / ({{ growth }} - 1)
        end)
    {%- endset -%}
    {%- set cents = "(floor(" ~ payment ~ " * 1e8 + 0.5) / 1e6)" -%}
    (case
        when ({{ months }}) > 0
            then {{ "ceil(" ~ cents ~ ")" if rounding == "up" else "floor(" ~ cents ~ " + 0.5)" }} / 100.0
    end)
{%- endmacro %}
