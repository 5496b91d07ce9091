"""Checks of single files before a commit: YAML that parses, no secrets.

Used by .pre-commit-config.yaml: `python -m tests.support.hooks yaml|secrets FILE…`.
"""

import re
import sys
from pathlib import Path

import yaml

SECRETS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "AWS access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "token of a vendor": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[abps]-[A-Za-z0-9-]{20,}|sk_live_[A-Za-z0-9]{20,})\b"
    ),
    "password in an address": re.compile(
        r"\b[a-z]+://[^\s:/@{}$]+:(?!password@|secret@|s3cret@)[^\s@{}$]{8,}@(?!127\.|localhost|\w+\.example)"
    ),
}


def yaml_faults(path: Path) -> list[str]:
    """Why a YAML file does not parse."""
    try:
        list(yaml.safe_load_all(path.read_text()))
    except yaml.YAMLError as error:
        return [f"{path}: {' '.join(str(error).split())}"]
    return []


def secret_faults(path: Path) -> list[str]:
    """Lines that look like a secret, without repeating it."""
    lines = path.read_text(errors="ignore").splitlines()
    return [
        f"{path} line {number}: {name}"
        for number, line in enumerate(lines, start=1)
        for name, pattern in SECRETS.items()
        if pattern.search(line)
    ]


if __name__ == "__main__":
    check = {"yaml": yaml_faults, "secrets": secret_faults}[sys.argv[1]]
    faults = [fault for name in sys.argv[2:] for fault in check(Path(name))]
    print("\n".join(faults), file=sys.stderr)
    sys.exit(bool(faults))
