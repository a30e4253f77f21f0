"""Sealing: keys, checkpoints, proofs and witnesses, as the program does them."""
