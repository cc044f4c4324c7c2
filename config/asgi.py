"""The ASGI door: HTTP on eight fixed threads with lasting connections, websockets beside it."""

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter

from config.wsgi import application as http

THREADS = 8


def _websockets() -> object:
    """Build the websocket side; imported late, because it needs the apps that ``config.wsgi`` has set up."""
    from channels.auth import AuthMiddlewareStack
    from channels.routing import URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator

    from conversations.sockets import routes

    return AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes)))


application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(http, workers=THREADS),  # type: ignore[arg-type]
        "websocket": _websockets(),
    }
)
