"""The commands, each a module that is imported when the command runs.

It has a frozen dataclass `<Command>Options`, with a field for each option in `arguments` but those of the
console, and a function `run(options, console)` that returns an exit code.
"""
