{{ config(tags=['rows']) }}

with hashed as (
    select
        *,
        md5(
            {%- for column in field_list() %}
            coalesce({{ column_sql(column.name) }}, chr(1)){{ " || chr(31) ||" if not loop.last }}
            {%- endfor %}
        ) as row_hash
    from {{ ref('likeness', 'loans') }}
),

-- Rows alike to the letter get an ordinal, so that an id does not depend on the order of the file.
numbered as (
    select
        *,
        coalesce(
            key_text,
            row_hash || '-' || row_number() over (partition by row_hash order by row_hash)
        ) as loan_id
    from hashed
),

stated as (
    select * replace ({{ stated_columns() }})
    from numbered
),

checked as (
    select
        *,
        list_filter([
            {%- for reason in unreadable_reasons('stated') %}
            case when {{ reason.when }} then {{ literal(reason.reason) }} end,
            {%- endfor %}
            null
        ], lambda reason: reason is not null) as unreadable
    from stated
),

typed as (
    {{ typed_rows('checked', keep=['loan_id', 'unreadable']) }}
),

missing_fields as (
    select
        *,
        list_filter([
            {%- for reason in implausible_reasons() %}
            case when {{ reason.when }} then {{ literal(reason.reason) }} end,
            {%- endfor %}
            null
        ], lambda reason: reason is not null) as implausible,
        list_filter([
            {%- for field in field_list() %}
            {%- for part in derived_fields() if not part.nullable and part.name in format_parts([field]) %}
            case
                when {{ column_sql(part.name) }} is null
                    then {{ literal(field.name ~ ' has no ' ~ (part.name | replace('_', ' '))) }}
            end,
            {%- endfor %}
            {%- endfor %}
            null
        ], lambda reason: reason is not null) as missing_parts,
        list_filter([
            {%- for column in field_list() %}
            case when {{ column_sql(column.name) }} is null then {{ literal(column.name) }} end,
            {%- endfor %}
            null
        ], lambda name: name is not null) as missing_names
    from typed
),

required as (
    select list(fields.name) as names
    from {{ ref('fields') }} as fields
    {% if var('missing') == 'value' -%}
    where not fields.nullable
    {%- endif %}
),

reasoned as (
    select
        missing_fields.* exclude (unreadable, implausible, missing_parts, missing_names),
        case
            when len(missing_fields.unreadable) > 0 then missing_fields.unreadable[1]
            when len(missing_fields.implausible) > 0 then missing_fields.implausible[1]
            when len(missing_fields.missing_parts) > 0 then missing_fields.missing_parts[1]
            when len(list_intersect(missing_fields.missing_names, required.names)) > 0
                then list_sort(list_intersect(missing_fields.missing_names, required.names))[1] || ' is missing'
        end as reason
    from missing_fields
    cross join required
)

select * from reasoned
