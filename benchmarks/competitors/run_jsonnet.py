"""Print the output of fleet.jsonnet for the fleet.json in this folder."""

import sys
from importlib import import_module  # not every environment of a type checker has the competitors

jsonnet = import_module("_jsonnet")
sys.stdout.write(jsonnet.evaluate_file("fleet.jsonnet"))
