"""What an auditor asks of a log first: lateness, corrections, gaps, own approvals, a sample."""
