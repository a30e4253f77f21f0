"""The parts of a review's packet, each read from the log or a projection as known at a position."""
