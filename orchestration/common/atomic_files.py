"""Files that survive a power cut: flushed, and replaced so that a reader sees the old content or the new one.

Belongs here: flushing, replacing, pointing. Does not belong here: what is in the files (lake.py, snapshot.py).
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any


def flush(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def replace_file(temporary: Path, path: Path) -> None:
    """Put a finished file in the place of another."""
    flush(temporary)
    temporary.replace(path)


def point(link: Path, target: Path) -> None:
    """Make a symbolic link lead to `target` (relative to its folder), with one rename."""
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)


def write_json(path: Path, content: Any) -> None:
    """Replace a JSON file, making its folder when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    replace_file(temporary, path)
