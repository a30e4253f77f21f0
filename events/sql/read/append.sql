-- Call the append function; see its own file for the meaning of the parameters.
SELECT outcome, positions, recorded_at, detail FROM cot_log.append(
    %(district)s, %(streams)b, %(expected)b, %(ids)b, %(stream_of)b, %(contents)b, %(corrects)b,
    %(personal)s, %(at)s, %(unless_subject)s, %(unless_types)b, %(unless_after)s)
