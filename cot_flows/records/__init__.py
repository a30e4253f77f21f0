"""The record itself: what was withdrawn from it, what is held, what is due, who may read what."""
