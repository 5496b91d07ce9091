-- Logistic regression of passing an exam on hours studied: intercept -4.0777, slope 1.5046 (Wikipedia, "Logistic
-- regression", example of 20 students; the same by R's glm).
with students as (
    select 'all' as sample, hours as x, passed as is_event
    from (
        {% for hours, passed in [
            (0.50, 0), (0.75, 0), (1.00, 0), (1.25, 0), (1.50, 0), (1.75, 0), (1.75, 1), (2.00, 0), (2.25, 1), (2.50, 0),
            (2.75, 1), (3.00, 0), (3.25, 1), (3.50, 0), (4.00, 1), (4.25, 1), (4.50, 1), (4.75, 1), (5.00, 1), (5.50, 1),
        ] %}
        select cast({{ hours }} as double) as hours, {{ passed }} as passed
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as listed
),

{{ logistic_fit('students', ['sample']) }}

select * from logistic_fit
where abs(intercept + 4.0777e0) > 0.00005e0 or abs(slope - 1.5046e0) > 0.00005e0
