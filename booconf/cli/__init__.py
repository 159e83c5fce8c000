"""The commands: arguments come in, an exit code goes out; only here is printed, exited or the environment read.

A command is a module with one function `run(options, console) -> int`, imported when it is asked for.
"""
