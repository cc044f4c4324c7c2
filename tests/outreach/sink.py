"""A mail server of a hundred lines: takes mail as fast as it comes, and misbehaves when told to.

Local parts decide: ``refuse…`` 550, ``later…`` 451, ``silent…`` accepted and then the connection is cut,
``hang…`` never answered after the text.
"""

import asyncio
import threading
from dataclasses import dataclass, field


@dataclass
class Sink:
    """Listens on loopback in a thread of its own; ``mails`` are (recipient, bytes) as accepted."""

    pipelining: bool = True
    keep: bool = True
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    count: int = 0
    connections: int = 0
    port: int = 0

    def __enter__(self):
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self, ready):
        asyncio.run(self._serve(ready))

    async def _serve(self, ready):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**22)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()

    async def _talk(self, reader, writer):
        self.connections += 1
        recipient = ""
        try:
            writer.write(b"220 sink\r\n")
            while line := await reader.readline():
                word = line[:4].upper()
                if word in (b"EHLO", b"HELO"):
                    more = b"250-PIPELINING\r\n" if self.pipelining else b""
                    writer.write(b"250-sink\r\n" + more + b"250 8BITMIME\r\n")
                elif word == b"RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                    writer.write(self._answer(recipient))
                elif word == b"DATA":
                    if recipient.startswith(("refuse", "later")):
                        writer.write(b"503 nobody to send to\r\n")
                        continue
                    writer.write(b"354 go on\r\n")
                    if not await self._take(reader, writer, recipient):
                        return
                elif word == b"QUIT":
                    return
                else:
                    writer.write(b"250 ok\r\n")
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    def _answer(self, recipient):
        if recipient.startswith("refuse"):
            return b"550 5.1.1 no such mailbox\r\n"
        return b"451 4.7.1 come back later\r\n" if recipient.startswith("later") else b"250 ok\r\n"

    async def _take(self, reader, writer, recipient):
        data = await reader.readuntil(b"\r\n.\r\n")
        self.count += 1
        if self.keep:
            self.mails.append((recipient, data[:-3].replace(b"\r\n..", b"\r\n.")))
        if recipient.startswith("silent"):
            writer.transport.abort()
            return False
        if recipient.startswith("hang"):
            await self._stop.wait()
        writer.write(b"250 taken\r\n")
        return True
