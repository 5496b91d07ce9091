-- Each rule gives away an expansion once, no more and no less.
select
    account_id,
    expanded_on,
    sum(first_share) as first_share,
    sum(last_share) as last_share,
    sum(linear_share) as linear_share,
    sum(decay_share) as decay_share,
    sum(removal_share) as removal_share
from {{ ref('fct_expansion_attribution') }}
group by account_id, expanded_on
having
    abs(sum(first_share) - 1) > 1e-9
    or abs(sum(last_share) - 1) > 1e-9
    or abs(sum(linear_share) - 1) > 1e-9
    or abs(sum(decay_share) - 1) > 1e-9
    or abs(sum(removal_share) - 1) > 1e-9
