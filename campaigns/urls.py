"""Addresses of the campaigns' pages."""

from django.urls import path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", views.index, name="index"),
    path("campaigns/new/", views.deploy, name="deploy"),
    path("campaigns/estimate/", views.estimate, name="estimate"),
    path("campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", views.edit, name="edit"),
    path("campaigns/<int:pk>/launch/", views.launch, name="launch"),
    path("campaigns/<int:pk>/<slug:verb>/now/", views.move, name="move"),
    path("campaigns/<int:pk>/messages/", views.messages, name="messages"),
    path("campaigns/<int:pk>/runs/", views.campaign_runs, name="runs_of"),
    path("campaigns/<int:pk>/costs/", views.campaign_costs, name="costs_of"),
    path("campaigns/<int:pk>/settings/", views.settings, name="settings"),
    path("campaigns/<int:pk>/progress/", views.progress, name="progress"),
    path("campaigns/<int:pk>/schedule/", views.schedule, name="schedule"),
    path("campaigns/<int:pk>/schedule/remove/", views.unschedule, name="unschedule"),
    path("runs/jobs/", views.jobs, name="jobs"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("budget-alerts/<int:pk>/silence/", views.silence, name="silence"),
    path("costs/", views.costs, name="costs"),
]
