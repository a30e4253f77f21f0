"""Reviews: the sweep that opens them by the district's policies."""
