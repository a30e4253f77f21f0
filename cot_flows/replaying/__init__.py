"""The past, asked again: two moments compared, what lies behind a value, a history in steps."""
