-- Today in a district.
SELECT cot_projection.today(%(district)s) AS today
