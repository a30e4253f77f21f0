-- Whether anything was ever installed.
SELECT to_regclass('cot_projection.installed') IS NOT NULL
