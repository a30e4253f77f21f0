"""The command line `cot`."""
