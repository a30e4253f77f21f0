-- The floor of every projection: one sequential scan that takes one field out of each document.
SELECT count(e.data ->> 'activity') FROM cot_log.event e
