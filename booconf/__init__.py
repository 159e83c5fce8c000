"""booconf: compile one reviewed fleet.yaml into what every client of a fleet of LLM hosts needs.

The folders are the pipeline, in order: source, declaration, fleet, targets, output, with diagnostics under
all of them and cli on top. Each imports only what stands before it (docs/architecture.md).
"""

__version__ = "0.1.0"
