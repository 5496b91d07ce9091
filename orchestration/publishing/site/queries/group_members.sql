-- Which accounts belong to a group today, by the attributes that dim_accounts has.
from (
    unpivot (
        select account_id, plan_tier, industry, company_size, region, purchase_channel, onboarding_mode
        from core.dim_accounts
    ) on columns(* exclude account_id) into name segment_attribute value segment_value
)
order by account_id
