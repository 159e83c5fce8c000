"""The commands: arguments come in, an exit code goes out; only this folder prints, exits or reads variables.

A command is a module with one function `run(options, console) -> int`, imported when it is asked for.
"""
