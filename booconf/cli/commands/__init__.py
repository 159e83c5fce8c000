"""The commands: one module each, whose `run(options, console)` returns an exit code."""
