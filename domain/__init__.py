"""The facts of school improvement and the rules that govern them: pure values and functions."""
