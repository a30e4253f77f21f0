"""The engine: settings, wiring, command handling, flows, imports and the command line."""
