"""Addresses of the providers' pages and acts."""

from django.urls import path

from leads.views.sourcing import board, people

routes = [
    path("leads/sources/", board.sources, name="sources"),
    path("leads/sources/prices/<slug:name>/", board.prices, name="source_prices"),
    path("leads/sources/orders/<int:pk>/again/", board.again, name="order_again"),
    path("leads/sources/<slug:name>/test/", board.test, name="source_test"),
    path("leads/sources/<slug:name>/resume/", board.resume, name="source_resume"),
    path("leads/<int:pk>/find-out/", people.panel, name="find_out"),
    path("leads/<int:pk>/find-out/<slug:name>/", people.ask, name="find_out_now"),
    path("campaigns/<int:pk>/leads/find-out/", people.campaign_panel, name="campaign_find_out"),
    path("campaigns/<int:pk>/leads/find-out/<slug:name>/", people.ask_all, name="campaign_find_out_now"),
]
