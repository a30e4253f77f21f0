-- Hear of appends; the payload of a notification is the district.
LISTEN cot_log
