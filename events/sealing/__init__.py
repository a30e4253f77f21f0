"""The log proves itself: Merkle tree, signed checkpoints, proofs and witnesses, by open formats."""
