-- Bring the table of gate criteria to what this program ships.
WITH given AS (
    SELECT g.* FROM jsonb_to_recordset(%(gates)s::jsonb)
        AS g (stage text, position_in_stage integer, criterion text, must boolean, waivable boolean, text text)
), gone AS (
    DELETE FROM cot_projection.gate_criterion c
    WHERE NOT EXISTS (SELECT FROM given g WHERE g.stage = c.stage AND g.criterion = c.criterion)
)
INSERT INTO cot_projection.gate_criterion AS c (stage, position_in_stage, criterion, must, waivable, text)
SELECT g.stage, g.position_in_stage, g.criterion, g.must, g.waivable, g.text FROM given g
ON CONFLICT (stage, criterion) DO UPDATE SET position_in_stage = excluded.position_in_stage,
    must = excluded.must, waivable = excluded.waivable, text = excluded.text
