"""The commands: arguments come in, an exit code goes out; the only place that prints, exits or reads the environment.

A command is a module with one function `run(options, console) -> int`, imported when it is asked for.
"""
