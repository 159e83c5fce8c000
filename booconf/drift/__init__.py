"""Compare a fleet with the observations of its hosts, without side effects.

Input: a checked fleet and an Observation for each host. Output: a `DriftResult` of findings (`compare`),
reports of it (`report`), and edits of fleet.yaml that resolve the findings (`adoption`).
"""
