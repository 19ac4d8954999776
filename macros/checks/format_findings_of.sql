{#
    Everything wrong with the form of rows, as a query: one row per row and finding. `responses` are texts as
    received (with missing_fields, extra_fields and raw), `typed` the same rows typed, `plan` the seeds.
#}
{% macro format_findings_of(responses, typed, plan) %}
{%- set fields = field_list() %}
with responses as (
    select
        *,
        list_filter(string_split(missing_fields, ';'), lambda name: name <> '') as missing_names
    from {{ responses }}
),

typed as (
    select * from {{ typed }}
),

plan as (
    select * from {{ plan }}
),

-- What has no field at all is one finding, not one for each field.
rows_received as (
    select
        synthetic_id,
        len(missing_names) < {{ fields | length }} as is_row
    from responses
),

not_rows as (
    select
        responses.synthetic_id,
        cast(null as varchar) as field,
        'not a row' as finding,
        left(responses.raw, 200) as value,
        true as rejects
    from responses
    inner join rows_received on responses.synthetic_id = rows_received.synthetic_id
    where not rows_received.is_row
),

extra_fields as (
    select
        synthetic_id,
        unnest(string_split(extra_fields, ';')) as field,
        'extra field' as finding,
        cast(null as varchar) as value,
        false as rejects
    from responses
    where extra_fields <> ''
),

checked as (
    select
        responses.synthetic_id,
        list_filter([
            {%- for field in fields %}
            {%- for check in format_checks(field) %}
            case when {{ check.when }} then struct_pack(field := {{ literal(field.name) }}, finding := {{ literal(check.finding) }}, value := left({{ column_sql(field.name, 'responses') }}, 200), rejects := {{ check.rejects | lower }}) end,
            {%- endfor %}
            {%- endfor %}
            null
        ], lambda finding: finding is not null) as findings
    from responses
    inner join typed on responses.synthetic_id = typed.synthetic_id
    left join plan on responses.generator = plan.generator and responses.seed_id = plan.seed_id
    where len(responses.missing_names) < {{ fields | length }}
),

field_findings as (
    select
        synthetic_id,
        unnest(findings, recursive := true)
    from checked
),

findings as (
    select * from not_rows
    union all
    select * from extra_fields
    union all
    select * from field_findings
)

select * from findings
{% endmacro %}
