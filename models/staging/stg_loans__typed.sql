with hashed as (
    select
        *,
        md5(
            {%- for column in loan_columns() %}
            coalesce({{ column.name }}, chr(1)){{ " || chr(31) ||" if not loop.last }}
            {%- endfor %}
        ) as row_hash
    from {{ ref('loans') }}
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

typed as (
    select
        numbered.loan_id,
        {{ typed_loan_columns('numbered') }},
        list_filter([
            {%- for column in loan_columns() if column.type != 'text' %}
            case
                when {{ unreadable('numbered.' ~ column.name, column.type) }}
                    then '{{ column.name }} cannot be read'
            end,
            {%- endfor %}
            case when {{ zip_code_of('numbered.address') }} is null then 'address has no zip code' end,
            case when {{ state_of('numbered.address') }} is null then 'address has no state' end
        ], lambda reason: reason is not null) as unreadable
    from numbered
),

missing_fields as (
    select
        *,
        list_filter([
            {%- for column in loan_columns() %}
            case when {{ column.name }} is null then '{{ column.name }}' end{{ "," if not loop.last }}
            {%- endfor %}
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
        missing_fields.* exclude (unreadable, missing_names),
        case
            when len(missing_fields.unreadable) > 0 then missing_fields.unreadable[1]
            when len(list_intersect(missing_fields.missing_names, required.names)) > 0
                then list_sort(list_intersect(missing_fields.missing_names, required.names))[1] || ' is missing'
        end as reason
    from missing_fields
    cross join required
)

select * from reasoned
