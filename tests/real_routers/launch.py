"""Starts a router with any of its rules: `launch.py PACKAGE RULE FLAGS…`, the flags being those of
its command line. That command line lacks some rules, and wants packages that a test can do without.
"""

import argparse
import ctypes
import importlib
import signal
import sys

if sys.platform == "linux":
    PR_SET_PDEATHSIG = 1
    # End with the test, whatever ends that.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

package, rule = sys.argv[1:3]
arguments = importlib.import_module(f"{package}.router_args").RouterArgs
parser = argparse.ArgumentParser()
arguments.add_cli_args(parser, use_router_prefix=False)
flags = parser.parse_args(sys.argv[3:])
settings = arguments.from_cli_args(flags, use_router_prefix=False)
settings.policy = rule
importlib.import_module(f"{package}.router").Router.from_args(settings).start()
