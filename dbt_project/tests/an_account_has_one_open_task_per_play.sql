-- One open task per account and play: nobody is asked twice for the same, nor for what somebody has in hand. What
-- people open twice in their own tool is theirs.
select
    account_id,
    play_id
from {{ ref('fct_tasks') }}
where is_open
group by account_id, play_id
having count(*) > 1 and count(case when not is_taken_up then 1 end) > 0
