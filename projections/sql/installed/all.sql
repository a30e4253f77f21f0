-- What the database holds, by name and digest.
SELECT i.name, i.digest FROM cot_projection.installed i
