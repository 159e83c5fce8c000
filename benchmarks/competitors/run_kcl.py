"""Print the output of fleet.k for the fleet.json in this folder."""

import sys
from importlib import import_module  # not every environment of a type checker has the competitors

kcl = import_module("kcl_lib.api")
result = kcl.API().exec_program(kcl.ExecProgramArgs(k_filename_list=["fleet.k"], format="json"))
if result.err_message:
    sys.exit(result.err_message)
sys.stdout.write(result.json_result)
