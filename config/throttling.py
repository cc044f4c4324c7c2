"""Rate limits of the API, counted atomically, so that parallel calls cannot slip past the limit together."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle


class PerCaller(SimpleRateThrottle):
    """Count calls of one caller in one window; the endpoint's ``throttle_scope`` picks the rate."""

    scope = "api"

    def __init__(self) -> None:
        BaseThrottle.__init__(self)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether this call is within the limit."""
        scope = self._scope(request, view)
        self.num_requests, self.duration = self.parse_rate(self.THROTTLE_RATES[scope])
        if not self.num_requests or not self.duration:
            return True
        window = int(time.time()) // self.duration
        key = f"throttle:{scope}:{self._caller(request)}:{window}"
        cache.add(key, 0, timeout=self.duration * 2)
        return bool(cache.incr(key) <= self.num_requests)

    def wait(self) -> float:
        """Seconds until the next window opens, sent as ``Retry-After``."""
        duration = self.duration or 60
        return float(duration - int(time.time()) % duration)

    def _scope(self, request: Request, view: Any) -> str:
        if not request.user or not request.user.is_authenticated:
            return "anonymous"
        return getattr(view, "throttle_scope", None) or self.scope

    def _caller(self, request: Request) -> str:
        token = getattr(request.auth, "pk", None)
        return f"token-{token}" if token else str(request.user.pk or self.get_ident(request))
