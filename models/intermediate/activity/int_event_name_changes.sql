-- Which event names came to map to another action, and when: past days with them must be computed again.
-- Grain: one row per event_name, product_line and changed_on.

{{ config(materialized='incremental', partition_by='changed_on') }}

with actions as (
    select * from {{ ref('int_event_name_actions') }}
),

{% if is_incremental() %}
before as (
    select
        event_name,
        product_line,
        max_by(action, changed_on) as action,
        max_by(kind, changed_on) as kind
    from {{ this }}
    group by event_name, product_line
),

-- a name that is in only one of the two came to mean something, or ceased to
changed as (
    select
        coalesce(actions.event_name, before.event_name) as event_name,
        coalesce(actions.product_line, before.product_line) as product_line,
        coalesce(actions.action, '') as action,
        coalesce(actions.kind, '') as kind
    from actions
    full outer join before on {{ same_event_name('actions', 'before') }}
    where
        coalesce(actions.action, '') <> coalesce(before.action, '')
        or coalesce(actions.kind, '') <> coalesce(before.kind, '')
),

{% endif %}
final as (
    select
        event_name,
        product_line,
        action,
        kind,
        {{ last_day() }} as changed_on
    from {{ 'changed' if is_incremental() else 'actions' }}
)

select * from final
