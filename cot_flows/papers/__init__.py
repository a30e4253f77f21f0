"""Papers that people read in a review: its packet before, its record after; page, PDF or JSON."""
