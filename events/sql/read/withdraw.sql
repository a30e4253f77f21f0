-- Call the function that appends withdrawing events and removes what they name; see its own file.
SELECT outcome, positions, recorded_at, detail FROM cot_log.withdraw(
    %(district)s, %(streams)b, %(expected)b, %(ids)b, %(stream_of)b, %(contents)b, %(corrects)b,
    %(personal)s, %(at)s, %(unless_subject)s, %(unless_types)b, %(unless_after)s)
