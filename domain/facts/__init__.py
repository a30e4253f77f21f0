"""The events of the domain, one module per aggregate: what may be recorded, and nothing else."""
