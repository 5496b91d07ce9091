{# An incident of an event stream as a sentence without a full stop. #}
{% macro incident_in_words(incident) %}
concat(
    {{ incident }}.source_id,
    case {{ incident }}.kind
        when 'outage' then ' sent '
        when 'flood' then ' sent '
        when 'unmapped' then ' sent '
        else concat(': ', {{ incident }}.event_name, ' ')
    end,
    case {{ incident }}.kind
        when 'renamed' then concat('took the place of ', {{ incident }}.renamed_from)
        when 'vanished' then 'is not sent any more'
        else concat(
            case when {{ incident }}.event_name = '(all)' then '' else 'was sent ' end,
            {{ incident }}.n_received,
            case {{ incident }}.kind when 'unmapped' then ' events that the taxonomy knows' else case when {{ incident }}.event_name = '(all)' then ' events' else ' times' end end,
            ' where ', {{ in_words(incident ~ '.n_usual', 0) }}, ' are usual'
        )
    end
)
{% endmacro %}
