"""How an application is served: Granian, one worker a process, four threads that share one fsync.

Measured (docs/performance.md): fastest maintained WSGI server with wheels. No access log: it would
hold what we promise not to keep. Several processes may share one port (SO_REUSEPORT).
"""

from collections.abc import Callable

from granian.constants import HTTPModes, Interfaces
from granian.server import Server

THREADS = 4
WAITING = 256  # requests one process takes on before it leaves them in the socket's queue


def serve(
    target: str, host: str, port: int, processes: int = 1, read: Callable[[], object] = lambda: None
) -> None:
    """Serve the application that `target` (`module:factory`) makes until told to stop.

    `read` is called first: what it reads is in memory once, however many `processes` there are.
    """
    read()
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=processes,
        respawn_failed_workers=processes > 1,
        respawn_interval=0.5,
        blocking_threads=THREADS,
        backpressure=WAITING,
        log_enabled=False,
        factory=True,
    ).serve()
