"""Keyed pseudonyms for personal columns: HMAC-SHA-256, the same token in every source, computed inside DuckDB.

Belongs here: the key and the SQL of a token. Does not belong here: which columns are personal (sources.yml: pii).
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import duckdb

from orchestration.common.errors import UserError

_BLOCK = 64


def pseudonym_key(data_dir: Path) -> bytes:
    """Return the key from ONBOARDING_PII_KEY, else the one made for this data folder (readable by its owner only).

    Raises UserError when the key is gone and the lake holds what was made with it: with another one every person would
    be a second person, and nobody could be forgotten.
    """
    given = os.environ.get("ONBOARDING_PII_KEY")
    if given:
        return given.encode()
    path = data_dir / "pseudonym.key"
    if not path.exists():
        if any((data_dir / "lake" / "_committed").glob("*.json")):
            raise UserError(
                f"{path} is missing, and {data_dir / 'lake'} holds pseudonyms made with it; put the file back (or set "
                "ONBOARDING_PII_KEY), or remove the lake and load all history again with `make backfill`"
            )
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32))
    return path.read_bytes()


def pseudonym(value: str, key: bytes) -> str:
    """Token of one value, equal to the SQL's: the first 128 bits of the HMAC of the trimmed lower-case text."""
    return "p1_" + hmac.new(key, value.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]


def define_pseudonym(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Create the SQL macro `pseudonym(text)` on this connection (RFC 2104 spelled with sha256)."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
    connection.execute(
        "create or replace temp macro pseudonym(plain) as case when plain is not null then 'p1_' || left(sha256("
        f"unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(lower(trim(plain)))))), 32) end"
    )
