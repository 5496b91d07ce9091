-- The chain of attribution holds so many kinds of touch.
select count(distinct touch_type) as n_touch_types
from {{ ref('touch_types') }}
having count(distinct touch_type) > {{ max_touch_types() }}
