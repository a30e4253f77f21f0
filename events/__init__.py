"""The log: immutable events of each district, dense in position, hashed, never rewritten."""
