"""`python -m orchestration`: the commands behind the Makefile."""

import sys

from orchestration.cli.main import main

sys.exit(main(sys.argv[1:]))
