-- Append one event to one stream; see the function's own file.
SELECT outcome, positions, recorded_at, detail FROM cot_log.append_one(
    %(district)s, %(stream)s, %(expected)s, %(id)s, %(content)b, %(personal)s, %(at)s)
