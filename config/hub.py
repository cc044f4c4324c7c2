"""The channel layer of one process: messages go straight to the sockets of a group, from any thread.

Channels' own in-memory layer walks over all channels at each group message and cannot wake another thread's
event loop. Here a group message costs what the group has members, and the loop that waits is woken safely.
"""

import asyncio
import threading
import time
import uuid
from collections import deque
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

Message = dict[str, Any]
Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class Mailbox:
    """What waits for one channel, and who waits for it."""

    __slots__ = ("messages", "waiters")

    def __init__(self) -> None:
        self.messages: deque[tuple[float, Message]] = deque()
        self.waiters: deque[Waiter] = deque()


class Hub(BaseChannelLayer):  # type: ignore[misc]
    """A channel layer for one process; delivery is at most once, so rows stay the truth."""

    extensions = ["groups", "flush"]

    def __init__(self, expiry: int = 60, capacity: int = 1000, **options: Any) -> None:
        super().__init__(expiry=expiry, capacity=capacity, **options)
        self._lock = threading.Lock()
        self._boxes: dict[str, Mailbox] = {}
        self._groups: dict[str, set[str]] = {}

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a fresh channel name."""
        return f"{prefix}.{uuid.uuid4().hex}!{uuid.uuid4().hex[:12]}"

    async def send(self, channel: str, message: Message) -> None:
        """Put ``message`` into one channel; ``ChannelFull`` if nobody reads it any more."""
        self.require_valid_channel_name(channel)
        with self._lock:
            box = self._boxes.setdefault(channel, Mailbox())
            if len(box.messages) >= self.capacity:
                raise ChannelFull
            waiters = self._put(box, message)
        _wake(waiters)

    async def receive(self, channel: str) -> Message:
        """Return the next message of ``channel``, waiting for it if there is none."""
        loop = asyncio.get_running_loop()
        while True:
            with self._lock:
                box = self._boxes.setdefault(channel, Mailbox())
                while box.messages:
                    expires, message = box.messages.popleft()
                    if expires > time.monotonic():
                        return message
                waiter: Waiter = (loop, loop.create_future())
                box.waiters.append(waiter)
            try:
                await waiter[1]
            finally:
                self._leave(channel, waiter)

    async def group_add(self, group: str, channel: str) -> None:
        """Let ``channel`` hear what is sent to ``group``."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        with self._lock:
            self._groups.setdefault(group, set()).add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Let ``channel`` hear no more of ``group``."""
        with self._lock:
            self._discard(group, channel)

    async def group_send(self, group: str, message: Message) -> None:
        """Put ``message`` into all channels of ``group``; a full one loses it, a dead one is dropped."""
        self.require_valid_group_name(group)
        waiters: list[Waiter] = []
        with self._lock:
            for channel in list(self._groups.get(group, ())):
                box = self._boxes.setdefault(channel, Mailbox())
                if _is_dead(box):
                    del self._boxes[channel]
                    self._discard(group, channel)
                elif len(box.messages) < self.capacity:
                    waiters += self._put(box, message)
        _wake(waiters)

    async def flush(self) -> None:
        """Forget every channel, group and message."""
        with self._lock:
            self._boxes.clear()
            self._groups.clear()

    async def close(self) -> None:
        """Forget everything, as ``flush`` does."""
        await self.flush()

    def _put(self, box: Mailbox, message: Message) -> list[Waiter]:
        box.messages.append((time.monotonic() + self.expiry, dict(message)))
        return [box.waiters.popleft()] if box.waiters else []

    def _leave(self, channel: str, waiter: Waiter) -> None:
        """Forget a waiter, and the mailbox once nothing and nobody waits there."""
        with self._lock:
            box = self._boxes.get(channel)
            if box is None:
                return
            if waiter in box.waiters:
                box.waiters.remove(waiter)
            if not box.messages and not box.waiters:
                del self._boxes[channel]

    def _discard(self, group: str, channel: str) -> None:
        members = self._groups.get(group, set())
        members.discard(channel)
        if not members:
            self._groups.pop(group, None)


def _is_dead(box: Mailbox) -> bool:
    """Whether nobody has read this mailbox since its oldest message went stale."""
    return bool(box.messages) and not box.waiters and box.messages[0][0] < time.monotonic()


def _wake(waiters: list[Waiter]) -> None:
    """Wake each waiter in its own loop, with one call a loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for loop, future in waiters:
        by_loop.setdefault(loop, []).append(future)
    for loop, futures in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, futures)


def _resolve(futures: list["asyncio.Future[None]"]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
