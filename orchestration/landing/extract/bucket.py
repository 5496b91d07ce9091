"""Files in an S3-compatible bucket: found by pattern, fetched portion by portion, removed once they are read.

Belongs here: listing and fetching objects, and messages of errors. Does not belong here: days (plan.py), formats.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration.common.errors import UserError
from orchestration.landing.config.connectors import SCHEME, Storage

_REASONS = {
    "PermissionError": "access was denied",
    "FileNotFoundError": "there is no such bucket",
    "NoCredentialsError": "no credentials were given",
    "EndpointConnectionError": "it cannot be reached",
}


class Bucket:
    """Objects as local files: each has its place below `folder`, where it is while it is read."""

    def __init__(self, where: str, storage: Storage | None, folder: Path) -> None:
        self._where = where
        self._storage = storage or Storage()
        self.folder = folder
        self._sizes: dict[Path, int] = {}
        self._files: Any = None

    def anchor(self, pattern: str) -> Path:
        """Where the files of a pattern lie while they are read."""
        return self.folder / pattern.removeprefix(SCHEME)

    def find(self, patterns: list[str]) -> list[Path]:
        """List the objects that match any of the patterns, in the order of their names.

        Raises UserError (one line, without secrets) when the bucket does not answer or holds a name that is no path.
        """
        found = [self._ask("glob", pattern, detail=True).items() for pattern in patterns]
        sizes = {
            self._place(name): int(facts["size"])
            for listed in found
            for name, facts in listed
            if facts["type"] == "file"
        }
        self._sizes |= sizes
        return sorted(sizes)

    def size(self, path: Path) -> int:
        """Bytes of a found object."""
        return self._sizes[path]

    @contextmanager
    def at_hand(self, paths: list[Path]) -> Iterator[None]:
        """Bring found objects here, and remove them afterwards.

        Raises OSError when one is not what was listed, which a later try may fix.
        """
        try:
            for path in paths:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._ask("get", [self.name(path) for path in paths], [str(path) for path in paths])
            for path in paths:
                if not path.exists() or path.stat().st_size != self._sizes[path]:
                    raise OSError(f"{self.name(path)} changed while it was read")
            yield
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def name(self, path: Path) -> str:
        """Address of a found object."""
        return SCHEME + path.relative_to(self.folder).as_posix()

    def _place(self, name: str) -> Path:
        parts = name.split("/")
        if ".." in parts or "." in parts or "" in parts or PurePosixPath(name).is_absolute():
            raise UserError(f"{self._where}.path: the bucket holds '{name[:80]}', whose name is no path of a file")
        return self.folder / name

    def _ask(self, what: str, *arguments: Any, **options: Any) -> Any:
        import s3fs  # noqa: PLC0415 - takes long to load
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            if self._files is None:
                given = self._storage
                self._files = s3fs.S3FileSystem(
                    anon=given.anonymous,
                    key=given.key.get_secret_value() if given.key else None,
                    secret=given.secret.get_secret_value() if given.secret else None,
                    endpoint_url=given.endpoint_url,
                    client_kwargs={"region_name": given.region} if given.region else {},
                    use_listings_cache=False,
                    skip_instance_cache=True,
                )
            return getattr(self._files, what)(*arguments, **options)
        except (OSError, BotoCoreError, ClientError) as error:
            # messages of botocore may repeat the request and, with it, the key's id
            reason = _REASONS.get(type(error).__name__, f"it does not answer as expected ({type(error).__name__})")
            raise UserError(f"{self._where}.path: the bucket of {arguments[0]!s:.80}: {reason}") from None
