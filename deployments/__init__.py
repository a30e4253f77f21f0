"""Every deployment as data, and the ways to serve or apply it."""
