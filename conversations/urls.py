"""Addresses of the inbox."""

from django.urls import path

from conversations import views

app_name = "conversations"
urlpatterns = [
    path("inbox/", views.index, name="inbox"),
    path("inbox/unmatched/", views.unmatched, name="unmatched"),
    path("inbox/unmatched/replay/", views.replay, name="replay"),
    path("inbox/<int:pk>/", views.thread, name="thread"),
    path("inbox/<int:pk>/turns/", views.turns, name="turns"),
    path("inbox/<int:pk>/composer/", views.composer, name="composer"),
    path("inbox/<int:pk>/assign/", views.assign, name="assign"),
    path("inbox/<int:pk>/snooze/", views.snooze, name="snooze"),
    path("inbox/<int:pk>/wake/", views.wake, name="wake"),
    path("inbox/<int:pk>/end/", views.end, name="end"),
    path("inbox/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("inbox/<int:pk>/escalate/", views.escalate, name="escalate"),
    path("inbox/turns/<int:pk>/undo/", views.undo, name="undo"),
    path(
        "campaigns/<int:pk>/panel/conversations/", views.campaign_conversations, name="campaign_conversations"
    ),
]
