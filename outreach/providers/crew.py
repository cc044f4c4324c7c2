"""A few threads that work through a batch of letters while their caller keeps watch over it."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context

from campaigns import clock
from outreach.providers.letters import Outgoing, Receipt, Watch

GLANCE = 0.5
Worker = Callable[[Callable[[], Outgoing | None], list[Receipt]], None]


def work(
    letters: Sequence[Outgoing], watch: Watch, worker: Worker, *, hands: int, name: str
) -> list[Receipt]:
    """Let ``hands`` threads run ``worker``; each takes letters and adds receipts until none is left.

    Letters that the watch stops come back as ``later`` without having been touched.
    """
    queue, receipts = deque(letters), []  # type: tuple[deque[Outgoing], list[Receipt]]
    now = clock.now()

    def take() -> Outgoing | None:
        while queue:
            try:
                letter = queue.popleft()
            except IndexError:
                return None
            if not watch.stops(letter.uid):
                return letter
            receipts.append(Receipt(letter.uid, "later", name, reason="held back", retry_at=now))
        return None

    with ThreadPoolExecutor(hands, thread_name_prefix=name) as pool:
        futures = [pool.submit(copy_context().run, worker, take, receipts) for _ in range(hands)]
        while wait(futures, timeout=GLANCE).not_done:
            watch.look()
    for future in futures:
        future.result()
    return receipts
