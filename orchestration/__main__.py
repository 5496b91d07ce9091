"""`python -m orchestration`: the commands behind the Makefile."""

import sys

from orchestration.cli.commands import main

sys.exit(main(sys.argv[1:]))
