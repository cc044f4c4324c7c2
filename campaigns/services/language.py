"""Asking a language model, paid for: chooses the model, holds the money, asks, settles by tokens.

Which models exist and what they cost are rows; without a key for any of them the offline writer answers.
The calls of a batch run side by side in threads that touch no database.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic

from django.conf import settings

from campaigns import clock
from campaigns.models import Campaign, LanguageModel
from campaigns.providers.base import ProviderError
from campaigns.providers.llm import Answer, BadAnswer, ChatModel, Check, Prompt, Shape, Usage, Writer
from campaigns.providers.offline import OfflineWriter
from campaigns.providers.throttle import Bucket
from campaigns.services import ledger, sharing
from campaigns.services.ledger import Charge

logger = logging.getLogger(__name__)
OFFLINE = "offline"
MILLION, PARALLEL = Decimal(1_000_000), 24
CHARACTERS_PER_TOKEN = 4
#: provider, name, address, price per million tokens in and out; checked 2026-11, editable in the admin.
DEFAULT_MODELS = (
    ("cerebras", "gpt-oss-120b", "https://api.cerebras.ai/v1", "0.35", "0.75", True),
    ("openai", "gpt-6-luna", "https://api.openai.com/v1", "0.10", "0.50", False),
    ("openai", "gpt-5.6-luna", "https://api.openai.com/v1", "0.20", "1.20", False),
    ("openai", "gpt-5.4-mini", "https://api.openai.com/v1", "0.75", "4.50", False),
    (OFFLINE, "writer", "", "0.35", "0.75", False),
)


@dataclass(frozen=True)
class Question(Generic[Shape]):
    """One thing to ask: the prompt, the shape of the answer, how it is checked, whose it is."""

    prompt: Prompt
    shape: type[Shape]
    reference: str
    check: Check | None = None
    max_tokens: int = 2_000
    lead_id: int | None = None
    message_id: int | None = None


Outcome = Answer[Any] | ProviderError


def seed_models() -> None:
    """Write the default models where they are missing; exactly one default stays."""
    has_default = LanguageModel.objects.filter(is_default=True).exists()
    for provider, name, base_url, price_in, price_out, is_default in DEFAULT_MODELS:
        facts = {"base_url": base_url, "price_in": Decimal(price_in), "price_out": Decimal(price_out),
                 "is_default": is_default and not has_default}  # fmt: skip
        LanguageModel.objects.get_or_create(provider=provider, name=name, defaults=facts)


def current() -> LanguageModel:
    """Return the model to use: the default, else any that we have a key for, else the offline one."""
    usable = [model for model in LanguageModel.objects.filter(retired_at=None) if _key(model)]
    usable.sort(key=lambda model: (not model.is_default, model.pk))
    if usable:
        return usable[0]
    found = LanguageModel.objects.filter(provider=OFFLINE).first()
    return found or LanguageModel(provider=OFFLINE, name="writer", price_in=Decimal(0), price_out=Decimal(0))


def ask(
    campaign: Campaign, question: Question[Shape], *, operation: str, department: str = "sales"
) -> Answer[Shape]:
    """Ask one question; raise ``ProviderError`` (or ``BudgetExceeded``) when there is no usable answer."""
    [outcome] = ask_many(campaign, [question], operation=operation, department=department)
    if isinstance(outcome, ProviderError):
        raise outcome
    return outcome


def ask_many(
    campaign: Campaign,
    questions: Sequence[Question[Any]],
    *,
    operation: str,
    department: str = "sales",
    model: LanguageModel | None = None,
    writer: Writer | None = None,
) -> list[Outcome]:
    """Ask side by side; return answers and errors in the order of the questions.

    The money for all is held before the first call and settled once; what answered badly is paid, too.
    A model that no longer exists is retired and the next one asked.
    """
    chosen = model or current()
    door = writer or door_to(chosen)
    now = clock.now()
    held = ledger.hold(campaign.pk, _ceiling(chosen, questions), operation, now)
    try:
        outcomes = _asked(chosen, door, questions, now)
        charges = [
            _charge(chosen, door, question, outcome, operation, department)
            for question, outcome in zip(questions, outcomes, strict=True)
        ]
        ledger.settle(held, [charge for charge in charges if charge], clock.now())
    except BaseException:
        ledger.release(held, clock.now())
        raise
    if model is None and writer is None and _is_gone(outcomes) and _retire(chosen):
        return ask_many(campaign, questions, operation=operation, department=department)
    return outcomes


def door_to(model: LanguageModel) -> Writer:
    """Return the door to a model."""
    if model.provider == OFFLINE:
        return OfflineWriter()
    return ChatModel(model.name, _key(model), model.base_url)


def _asked(
    model: LanguageModel, door: Writer, questions: Sequence[Question[Any]], now: datetime
) -> list[Outcome]:
    admitted = [_admitted(model, now) for _ in questions]
    calls = [
        _refused(wait) if wait else _call(door, question)
        for question, wait in zip(questions, admitted, strict=True)
    ]
    if len(calls) == 1 or door.is_simulated:
        return [call() for call in calls]
    with ThreadPoolExecutor(max_workers=PARALLEL, thread_name_prefix="language") as pool:
        return list(pool.map(lambda call: call(), calls))


def _call(door: Writer, question: Question[Any]) -> Callable[[], Outcome]:
    def call() -> Outcome:
        try:
            return door.ask(
                question.prompt, question.shape, check=question.check, max_tokens=question.max_tokens
            )
        except ProviderError as error:
            return error

    return call


def _refused(wait: float) -> Callable[[], Outcome]:
    return lambda: ProviderError("The language model is at its rate.", retry_after=wait, code="rate_limit")


def _admitted(model: LanguageModel, now: datetime) -> float:
    """Take a call from the bucket all workers share; return the seconds to wait (0: go ahead)."""
    if model.provider == OFFLINE:
        return 0.0
    bucket = Bucket.per_minute(f"llm:{model.provider}", settings.LLM_CALLS_PER_MINUTE)
    return sharing.admit(bucket.name, bucket.capacity, bucket.per_second, now)


def _charge(
    model: LanguageModel,
    door: Writer,
    question: Question[Any],
    outcome: Outcome,
    operation: str,
    department: str,
) -> Charge | None:
    usage = outcome.usage if isinstance(outcome, Answer | BadAnswer) else Usage()
    tokens = usage.tokens_in + usage.tokens_out
    if not tokens:
        return None
    return Charge(
        provider=model.provider, operation=operation, units=Decimal(tokens), amount=price(model, usage),
        unit_price=price(model, usage) / tokens, reference=question.reference[:80], department=department,
        tokens_in=usage.tokens_in, tokens_out=usage.tokens_out, lead_id=question.lead_id,
        message_id=question.message_id, is_simulated=door.is_simulated,
    )  # fmt: skip


def price(model: LanguageModel, usage: Usage) -> Decimal:
    """Return what a call cost at the model's prices."""
    return (usage.tokens_in * model.price_in + usage.tokens_out * model.price_out) / MILLION


def _ceiling(model: LanguageModel, questions: Sequence[Question[Any]]) -> Decimal:
    """Return the most the questions can cost: every one asked twice, every answer as long as allowed."""
    total = Decimal(0)
    for question in questions:
        asked = (len(question.prompt.system) + len(question.prompt.user)) // CHARACTERS_PER_TOKEN + 200
        total += price(model, Usage(2 * asked + question.max_tokens, 3 * question.max_tokens))
    return total


def _is_gone(outcomes: Sequence[Outcome]) -> bool:
    return bool(outcomes) and all(
        isinstance(outcome, ProviderError) and outcome.code == "model_not_found" for outcome in outcomes
    )


def _retire(model: LanguageModel) -> bool:
    """Take a model that its provider no longer knows out of use; return whether it was in use."""
    logger.error("language model %s/%s no longer exists and was retired", model.provider, model.name)
    found = LanguageModel.objects.filter(pk=model.pk, retired_at=None)
    return bool(found.update(retired_at=clock.now(), is_default=False))


def _key(model: LanguageModel) -> str:
    return str(settings.LLM_KEYS.get(model.provider, ""))
