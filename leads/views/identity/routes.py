"""Addresses of the pages of who is who."""

from django.urls import path

from leads.views.identity import merges, queue

routes = [
    path("leads/duplicates/", queue.duplicates, name="duplicates"),
    path("leads/merge/", merges.merge, name="merge"),
    path("leads/merges/", merges.merges, name="merges"),
    path("leads/merges/<int:pk>/undo/", merges.undo_merge, name="undo_merge"),
    path("leads/<int:pk>/duplicates/", queue.duplicates_of, name="duplicates_of"),
    path("leads/<int:pk>/merge/", merges.merge_with, name="merge_with"),
]
