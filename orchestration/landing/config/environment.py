"""Values of the environment in sources.yml: ${NAME}, or ${NAME:-default}.

Belongs here: putting them in place. Does not belong here: what they mean (form.py).
"""

import glob
import re
from pathlib import Path
from typing import Any

from orchestration.common.errors import UserError

_ENVIRONMENT = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def with_environment(value: Any, environment: dict[str, str], where: str) -> Any:
    """Replace ${NAME} and ${NAME:-default} in every text below `value`.

    Raises UserError, naming the place, for a name that is not set and has no default.
    """
    if isinstance(value, dict):
        return {key: with_environment(item, environment, f"{where} → {key}") for key, item in value.items()}
    if isinstance(value, list):
        return [with_environment(item, environment, where) for item in value]
    if not isinstance(value, str):
        return value

    def replaced(match: re.Match[str]) -> str:
        found = environment.get(match[1]) or match[2]
        if found is None:
            raise UserError(f"{where}: the environment variable {match[1]} is not set and has no default")
        # a folder that is there is a name, whatever brackets or stars it has; anything else may be a pattern
        return glob.escape(found) if "path" in where.split(" → ")[-2:] and Path(found).is_dir() else found

    return _ENVIRONMENT.sub(replaced, value)
