-- Which names of events came to stand for another action, and when: past days they occur on must be told anew.
-- Grain: one row per event_name, product_line and changed_on.

{{ config(materialized='incremental', partition_by='changed_on', pre_hook="{{ clear_window('changed_on') }}") }}

with event_names as (
    select distinct
        event_name,
        product_line
    from {{ ref('int_event_days') }}
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

mapped as (
    select
        event_names.event_name,
        event_names.product_line,
        coalesce(actions.action, '') as action,
        coalesce(actions.kind, '') as kind
    from event_names
    left join actions
        on
            event_names.event_name = actions.event_name
            and coalesce(event_names.product_line, '') = coalesce(actions.product_line, '')
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

{% endif %}
final as (
    select
        mapped.event_name,
        mapped.product_line,
        mapped.action,
        mapped.kind,
        {{ last_day() }} as changed_on
    from mapped
    {% if is_incremental() %}
    left join before
        on
            mapped.event_name = before.event_name
            and coalesce(mapped.product_line, '') = coalesce(before.product_line, '')
    where before.event_name is null or mapped.action <> before.action or mapped.kind <> before.kind
    {% endif %}
)

select * from final
