{# The usable loans of one split (train or holdout), as a query. #}
{% macro loans_of(split) -%}
    select loans.*
    from {{ ref('likeness', 'stg_loans') }} as loans
    inner join {{ ref('likeness', 'int_loans__split') }} as splits on loans.loan_id = splits.loan_id
    where splits.split = '{{ split }}'
{%- endmacro %}

{# The train loans with the published cluster (`cluster_id`) that each is in, as a query. #}
{% macro clustered_loans() -%}
    select
        loans.*,
        clustered.cluster_id
    from {{ ref('likeness', 'stg_loans') }} as loans
    inner join {{ ref('likeness', 'int_loans__clustered') }} as clustered on loans.loan_id = clustered.loan_id
    where clustered.cluster_id is not null
{%- endmacro %}
