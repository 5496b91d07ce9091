"""The site over HTTP, on this machine only: what SQL in the browser needs.

Belongs here: the server of `make site` and of the tests. Does not belong here: pages (build.py). A
company puts the folder on a web server of its own.
"""

from pathlib import Path

import duckdb
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from orchestration.common.errors import UserError
from orchestration.common.sql_text import quoted
from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.publishing.site.personal_columns import is_personal
from orchestration.publishing.snapshot.parts import Mart
from orchestration.publishing.snapshot.store import DATABASE, Snapshot, published_snapshot

BROWSER = PROJECT_ROOT / ".browser" / "node_modules"
_PACKAGES = ("@duckdb/duckdb-wasm", "apache-arrow", "flatbuffers", "tslib")


def serve_site(workspace: Workspace, hidden: frozenset[str], port: int) -> None:
    """Serve the site and the marts it is made of on 127.0.0.1 until stopped.

    Raises UserError when there is no site yet, or the port is taken.
    """
    import uvicorn  # noqa: PLC0415

    if not (workspace.site / "index.html").exists():
        raise UserError(f"{workspace.site}: no site there yet; run `make demo` first")
    database = shareable_database(published_snapshot(workspace.published), hidden, workspace.data_dir / "site-sql")
    print(f"http://127.0.0.1:{port}/   (stop with ctrl-C)", flush=True)
    try:
        uvicorn.run(site_application(workspace.site, database), host="127.0.0.1", port=port, log_level="error")
    except SystemExit:
        raise UserError(f"port {port} is taken; choose another with PORT=") from None


def site_application(site: Path, database: Path, packages: Path = BROWSER) -> Starlette:
    """The site at /, DuckDB for the browser below /vendor, the marts at /snapshot/onboarding.duckdb.

    Answers only whoever asks for this machine by a loopback name, so that no page from elsewhere reads the marts.
    """

    async def marts(request: Request) -> Response:
        return FileResponse(database, media_type="application/octet-stream")

    vendor = [
        Mount(f"/vendor/{name}", StaticFiles(directory=packages / name))
        for name in _PACKAGES
        if (packages / name).is_dir()
    ]
    return Starlette(
        routes=[Route(f"/snapshot/{DATABASE}", marts), *vendor, Mount("/", StaticFiles(directory=site, html=True))],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


def shareable_database(snapshot: Snapshot, hidden: frozenset[str], folder: Path) -> Path:
    """The snapshot's DuckDB file without personal columns; itself when no mart has any of them."""
    original = snapshot.folder / DATABASE
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(original))} as marts (read_only)")
        marts = [Mart(**facts) for facts in snapshot.manifest["marts"]]
        columns = {
            str(mart): [row[0] for row in connection.execute(f"describe marts.{mart}").fetchall()] for mart in marts
        }
        shown = {
            mart: [name for name in names if not is_personal(mart, name, hidden)] for mart, names in columns.items()
        }
        if shown == columns:
            return original
        copy = folder / f"{snapshot.manifest['snapshot_id']}.duckdb"
        if copy.exists():
            return copy
        for old in folder.iterdir():
            old.unlink()
        temporary = copy.with_suffix(".new")
        connection.execute(f"attach {quoted(str(temporary))} as shared (storage_version 'v1.0.0')")
        for schema in sorted({mart.schema for mart in marts}):
            connection.execute(f"create schema shared.{schema}")
        for mart, names in shown.items():
            left = ", ".join(f'"{name}"' for name in names)
            connection.execute(f"create table shared.{mart} as select {left} from marts.{mart}")
        connection.execute("detach shared")
    return temporary.rename(copy)
