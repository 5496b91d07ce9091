"""A standalone Spark cluster on this machine: a master and two workers, from the pyspark package.

Belongs here: starting and ending its processes. Does not belong here: what is run on it.
"""

import contextlib
import importlib.util
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from orchestration.common.errors import UserError

_WORKERS = 2
_SECONDS_TO_START = 60


@contextlib.contextmanager
def loopback_cluster(folder: Path) -> Iterator[str]:
    """Start the cluster and yield the master's address; its processes are ended by their own ids.

    Raises UserError when the workers have not registered within a minute; logs lie in `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = importlib.util.find_spec("pyspark")
    home = Path(str(found.origin)).parent if found else Path()
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    daemon = str(home / "bin" / "spark-class")
    deploy = "org.apache.spark.deploy"
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    master = [daemon, f"{deploy}.master.Master", *common, "--port", str(port)]
    worker = [daemon, f"{deploy}.worker.Worker", *common, "--cores", "1", "--memory", "1500m", address]
    commands = {"master": master} | {f"worker-{number + 1}": worker for number in range(_WORKERS)}
    with contextlib.ExitStack() as stack:
        for name, command in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
            stack.callback(_end, process)
        _wait_for_workers(folder / "master.log")
        yield address


def _wait_for_workers(log: Path) -> None:
    for _ in range(_SECONDS_TO_START * 2):
        if log.read_text(errors="replace").count("Registering worker") >= _WORKERS:
            return
        time.sleep(0.5)
    raise UserError(f"the Spark cluster's workers did not register within {_SECONDS_TO_START} s; see {log}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
