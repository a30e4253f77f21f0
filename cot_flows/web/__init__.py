"""The pages: what the log says, read-only, for the people of one machine.

Everything is rendered here and works without JavaScript. Every page says which position of the log
it was made from, and leads to the events behind what it shows.
"""
