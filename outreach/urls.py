"""The URL map of outreach: the recipient's pages and the doors of mail services."""

from django.urls import path

from outreach import public, views, webhooks

app_name = "outreach"
urlpatterns = [
    path("t/o/<str:token>.gif", public.open_pixel, name="open"),
    path("t/c/<str:token>/", public.click, name="click"),
    path("u/<str:token>/", public.unsubscribe_page, name="unsubscribe"),
    path("webhooks/email/events/", webhooks.email_events, name="email_events"),
    path("webhooks/email/inbound/", webhooks.email_inbound, name="email_inbound"),
    path("sequences/", views.index, name="sequences"),
    path("sequences/new/", views.new, name="new_sequence"),
    path("sequences/<int:pk>/", views.sequence, name="sequence"),
    path("sequences/<int:pk>/enrolled/", views.enrolled, name="enrolled"),
    path("sequences/<int:pk>/versions/", views.history, name="versions"),
    path("sequences/<int:pk>/preview/", views.preview, name="preview"),
    path("sequences/<int:pk>/publish/", views.publish, name="publish"),
    path("sequences/<int:pk>/steps/<int:position>/", views.save, name="save_step"),
    path("sequences/<int:pk>/<slug:verb>/now/", views.arrange, name="arrange"),
    path("messages/", views.messages, name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("senders/", views.senders, name="senders"),
    path("campaigns/<int:pk>/panel/messages/", views.campaign_messages, name="campaign_messages"),
]
