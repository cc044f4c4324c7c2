"""The channel layer of one process."""

import asyncio
import threading

import pytest
from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull

from config.hub import Hub


async def test_a_group_message_reaches_its_members_and_nobody_else():
    hub = Hub()
    inside, outside = await hub.new_channel(), await hub.new_channel()
    await hub.group_add("thread-1", inside)
    await hub.group_send("thread-1", {"type": "turn", "text": "hello"})
    assert await hub.receive(inside) == {"type": "turn", "text": "hello"}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hub.receive(outside), 0.01)


async def test_who_has_left_hears_no_more():
    hub = Hub()
    channel = await hub.new_channel()
    await hub.group_add("thread-1", channel)
    await hub.group_discard("thread-1", channel)
    await hub.group_send("thread-1", {"type": "turn"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hub.receive(channel), 0.01)


async def test_a_worker_thread_wakes_a_waiting_socket_at_once():
    hub = Hub()
    channel = await hub.new_channel()
    await hub.group_add("thread-1", channel)
    waiting = asyncio.create_task(hub.receive(channel))
    await asyncio.sleep(0)
    thread = threading.Thread(target=lambda: async_to_sync(hub.group_send)("thread-1", {"type": "turn"}))
    thread.start()
    assert await asyncio.wait_for(waiting, 2) == {"type": "turn"}
    thread.join()


async def test_nothing_is_lost_between_threads():
    hub, total = Hub(capacity=5000), 2000
    channel = await hub.new_channel()

    def speak(half: int) -> None:
        for number in range(half, total, 2):
            async_to_sync(hub.send)(channel, {"type": "turn", "number": number})

    threads = [threading.Thread(target=speak, args=(half,)) for half in (0, 1)]
    for thread in threads:
        thread.start()
    heard = {(await asyncio.wait_for(hub.receive(channel), 5))["number"] for _ in range(total)}
    assert heard == set(range(total))


async def test_a_full_mailbox_refuses_a_sender_and_costs_a_group_nothing():
    hub = Hub(capacity=2)
    channel = await hub.new_channel()
    await hub.group_add("thread-1", channel)
    for _ in range(3):
        await hub.group_send("thread-1", {"type": "turn"})
    with pytest.raises(ChannelFull):
        await hub.send(channel, {"type": "turn"})


async def test_a_socket_that_died_silently_is_dropped_from_its_group():
    hub = Hub(expiry=0)
    channel = await hub.new_channel()
    await hub.group_add("thread-1", channel)
    await hub.group_send("thread-1", {"type": "turn"})
    await asyncio.sleep(0.001)
    await hub.group_send("thread-1", {"type": "turn"})
    assert hub._groups == {}
    assert hub._boxes == {}


async def test_a_cancelled_receiver_leaves_nothing_behind():
    hub = Hub()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hub.receive(await hub.new_channel()), 0.01)
    assert hub._boxes == {}


async def test_a_group_message_costs_what_the_group_has_members():
    hub = Hub()
    for number in range(2000):
        await hub.group_add(f"thread-{number}", await hub.new_channel())
    await hub.group_send("thread-7", {"type": "turn"})
    assert len(hub._boxes) == 1
