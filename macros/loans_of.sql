{# Whether a loan is kept from all profiles: a share of `holdout_fraction`, chosen by the md5 of its id. #}
{% macro is_holdout(loan_id) -%}
    {{ hash_split(loan_id, 'split', var('holdout_fraction')) }}
{%- endmacro %}

{# The usable loans of one split (train or holdout, as in int_loans__split), as a query. #}
{% macro loans_of(split) -%}
    select * from {{ ref('stg_loans') }}
    where {{ 'not ' if split == 'train' }}{{ is_holdout('loan_id') }}
{%- endmacro %}

{# The train loans with the published cluster (`cluster_id`) that each is in, as a query. #}
{% macro clustered_loans() -%}
    select
        loans.*,
        clustered.cluster_id
    from {{ ref('stg_loans') }} as loans
    inner join {{ ref('int_loans__clustered') }} as clustered on loans.loan_id = clustered.loan_id
    where clustered.cluster_id is not null
{%- endmacro %}
