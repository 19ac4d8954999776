{{ config(tags=['aggregate']) }}

-- depends_on: {{ ref('business_rules') }}
{%- set rules = business_rules(ref('business_rules')) %}
{%- set least_rows = var('min_cell_rows') %}

with train as (
    {{ rows_with_rule_context('(' ~ loans_of('train') ~ ')', ref('likeness', 'rule_context')) }}
),

counted as (
    select
        {%- for rule in rules %}
        count(*) filter (where not ({{ rule.condition }})) as broken_{{ loop.index }},
        {%- endfor %}
        count(*) as n_rows
    from train
),

rules as (
    {%- if rules %}
    select
        unnest([
            {%- for rule in rules %}
            struct_pack(
                rule_id := {{ literal(rule.id) }},
                category := {{ literal(rule.category) }},
                condition := {{ literal(rule.condition) }},
                sentence := {{ literal(rule.sentence) }},
                penalty := {{ rule.penalty }},
                enforced := {{ rule.enforced | lower }},
                named_columns := {{ literal(rule.columns | join(';')) }},
                n_broken_exactly := broken_{{ loop.index }}
            ){{ "," if not loop.last }}
            {%- endfor %}
        ], recursive := true),
        n_rows
    from counted
    {%- else %}
    select
        cast(null as varchar) as rule_id,
        cast(null as varchar) as category,
        cast(null as varchar) as condition,
        cast(null as varchar) as sentence,
        cast(null as integer) as penalty,
        cast(null as boolean) as enforced,
        cast(null as varchar) as named_columns,
        cast(null as bigint) as n_broken_exactly,
        n_rows
    from counted
    where false
    {%- endif %}
),

published as (
    select
        rule_id,
        category,
        condition,
        sentence,
        penalty,
        enforced,
        enforced {{ "and n_broken_exactly = 0" if var('enforce_rules') == 'source_true' }} as is_enforced,
        named_columns,
        n_rows,
        n_broken_exactly = 0
        or n_broken_exactly between {{ least_rows }} and n_rows - {{ least_rows }}
        or n_broken_exactly = n_rows as is_published,
        case when is_published then n_broken_exactly end as n_broken,
        case when is_published then n_broken_exactly / n_rows end as share_broken,
        {{ shown_count('n_broken_exactly', total='n_rows') }} as n_broken_shown,
        case when not is_published then 'below min_cell_rows' end as reason
    from rules
)

select * exclude (is_published)
from published
