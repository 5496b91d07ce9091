-- Seeds arrive as written: an empty cell is null, and no text is the word None.
{{ config(tags=['bridge']) }}

select metric_id
from {{ ref('metrics') }}
where filter_column = '' or filter_column = 'None' or filter_value = 'None' or description = ''
