"""The verifiers that every bundle carries; each stands alone and imports nothing of ours."""
