-- What did not land and why; the record itself stays in the lake, since it may hold personal data.
-- Grain: one row per source_id, pull_id, reason and origin.

with final as (
    select * from {{ ref('stg_rejects') }}
)

select * from final
