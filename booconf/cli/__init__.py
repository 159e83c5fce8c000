"""The command line: from arguments to output and an exit code.

Only this package prints, exits, or reads environment variables and the time of day. `arguments` parses the
command line, `main` is the entry point and the error boundary, and `commands` has a module for each command.
"""
