-- Segment values of accounts with the day they became known, in long form: any attribute of the segments seed.
-- Grain: one row per account_id, segment_attribute and known_on.

{% set columns = ['plan_tier', 'industry', 'company_size', 'region', 'purchase_channel', 'onboarding_mode'] %}

with accounts as (
    select * from {{ ref('stg_accounts') }}
),

attributes as (
    select * from {{ ref('stg_account_attributes') }}
),

segments as (
    select * from {{ ref('segments') }}
),

values_by_column as (
    {% for column in columns %}
    select
        account_id,
        '{{ column }}' as source_column,
        {{ column }} as segment_value,
        updated_at,
        attributes_known_on as known_on
    from accounts
    union all
    {% endfor %}
    select
        account_id,
        concat('attribute_', attribute) as source_column,
        value as segment_value,
        updated_at,
        attributes_known_on as known_on
    from attributes
),

named as (
    select
        values_by_column.account_id,
        segments.segment_attribute,
        values_by_column.segment_value,
        values_by_column.updated_at,
        values_by_column.known_on,
        false as is_placeholder
    from values_by_column
    inner join segments on values_by_column.source_column = segments.source_column
    union all
    -- a value may be missing for any account and attribute: it is then unknown from the beginning
    select
        accounts.account_id,
        segments.segment_attribute,
        cast(null as {{ dbt.type_string() }}) as segment_value,
        cast(null as timestamp) as updated_at,
        min(accounts.known_on) as known_on,
        true as is_placeholder
    from accounts
    cross join segments
    group by accounts.account_id, segments.segment_attribute
    union all
    select
        account_id,
        'all' as segment_attribute,
        'all' as segment_value,
        updated_at,
        known_on,
        false as is_placeholder
    from accounts
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, segment_attribute, known_on order by is_placeholder asc, updated_at desc
        ) as recency
    from named
),

final as (
    select
        account_id,
        segment_attribute,
        coalesce(segment_value, 'unknown') as segment_value,
        known_on,
        is_placeholder,
        lead(known_on) over (partition by account_id, segment_attribute order by known_on) as known_until
    from ranked
    where recency = 1
)

select * from final
