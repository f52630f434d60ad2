"""A fault proxy between our processes and the durable Redis: a network that breaks.

`open` passes everything. `cut` closes every connection and takes no new one. `silent` takes what is
sent and passes it on only when the silence ends: a command may be run long after its sender gave it
up. `lossy` runs commands and now and then loses the reply, and the connection with it.
"""

import asyncio
import threading
from pathlib import Path
from random import Random
from typing import Literal

Mode = Literal["open", "cut", "silent", "lossy"]
CHUNK = 65_536
LOSES = 0.05  # how often a lossy network loses a reply


class FaultProxy:
    """Listens on one socket, speaks to the server behind another."""

    def __init__(self, listens: Path, behind: Path, seed: int) -> None:
        self.path = listens
        self._behind = behind
        self._chance = Random(seed)  # noqa: S311 - faults, no secrets
        self._mode: Mode = "open"
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._spoken = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.lost_replies = 0

    @property
    def url(self) -> str:
        """As redis-py takes it."""
        return f"unix://{self.path}"

    def start(self) -> "FaultProxy":
        """Listen."""
        self._thread.start()
        self._ready.wait(10)
        return self

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def be(self, mode: Mode) -> None:
        """From now on."""
        self._loop.call_soon_threadsafe(self._become, mode)

    def _become(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "silent":
            self._spoken.clear()
        else:
            self._spoken.set()
        if mode == "cut":
            self._drop()

    def _drop(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._spoken.set()
        opening = asyncio.start_unix_server(self._serve, str(self.path))
        server = self._loop.run_until_complete(opening)
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._drop()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            writer.close()
            return
        try:
            back, on = await asyncio.open_unix_connection(str(self._behind))
        except OSError:  # the server is away: so are we
            writer.close()
            return
        self._writers |= {writer, on}
        for source, sink, replies in ((reader, on, False), (back, writer, True)):
            task = self._loop.create_task(self._pump(source, sink, replies, (writer, on)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        replies: bool,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        try:
            while data := await source.read(CHUNK):
                await self._spoken.wait()
                if replies and self._mode == "lossy" and self._chance.random() < LOSES:
                    self.lost_replies += 1
                    break
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            for writer in both:
                writer.close()
                self._writers.discard(writer)
