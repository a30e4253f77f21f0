"""Read models: queries from the log to rows, live, rebuilt and as of a moment."""
