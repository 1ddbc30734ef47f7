"""Turns of one conversation go one after the other at once; others do not wait for them."""

from __future__ import annotations

import asyncio

import pytest

from bot.locks import ConversationLocks


def test_turns_of_one_conversation_keep_their_order() -> None:
    async def scene() -> list[int]:
        locks, order = ConversationLocks(), []

        async def turn(number: int) -> None:
            async with locks.lock("an"):
                await asyncio.sleep(0.002)
                order.append(number)

        await asyncio.gather(*(turn(number) for number in range(10)))
        return order

    assert asyncio.run(scene()) == list(range(10))


def test_the_next_turn_begins_as_soon_as_the_last_ends() -> None:
    async def scene() -> bool:
        locks = ConversationLocks()

        async def turn() -> None:
            async with locks.lock("an"):
                pass

        async with locks.lock("an"):
            waiting = asyncio.create_task(turn())
            await asyncio.sleep(0)
        for _ in range(5):  # rounds of the loop, no time: the stock lock would look once a second
            await asyncio.sleep(0)
        return waiting.done()

    assert asyncio.run(scene())


def test_other_conversations_do_not_wait() -> None:
    async def scene() -> None:
        locks = ConversationLocks()
        async with locks.lock("an"), locks.lock("binh"):
            assert len(locks) == 2

    asyncio.run(scene())


def test_a_failed_turn_frees_the_conversation() -> None:
    async def scene() -> int:
        locks = ConversationLocks()
        with pytest.raises(ZeroDivisionError):
            async with locks.lock("an"):
                raise ZeroDivisionError
        async with locks.lock("an"):
            pass
        return len(locks)

    assert asyncio.run(scene()) == 0
