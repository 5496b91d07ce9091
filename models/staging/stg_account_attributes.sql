-- Further attributes of accounts in long form, so that a new attribute needs no new column.
-- Grain: one row per account_id, attribute and updated_at.

with landed as (
    {{ known_versions(source('lake', 'account_attributes'), ['account_id', 'attribute', 'updated_at'], ['value']) }}
),

final as (
    select
        account_id,
        attribute,
        value,
        {{ version_time('updated_at', 'null') }} as updated_at,
        attributes_known_on,
        source_id,
        known_on
    from landed
)

select * from final
