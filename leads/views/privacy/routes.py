"""Addresses of suppression, consent, export and erasure."""

from django.urls import path

from leads.views.privacy import companies, consent, people, suppressions

routes = [
    path("suppressions/", suppressions.index, name="suppressions"),
    path("suppressions/add/", suppressions.add, name="add_suppressions"),
    path("suppressions/<int:pk>/lift/", suppressions.lift, name="lift_suppression"),
    path("leads/<int:pk>/consent/", consent.panel, name="consent"),
    path("leads/<int:pk>/privacy/", people.panel, name="privacy"),
    path("leads/<int:pk>/privacy/export/", people.export, name="privacy_export"),
    path("leads/<int:pk>/privacy/erase/", people.erase, name="privacy_erase"),
    path("companies/<int:pk>/block/", companies.panel, name="block_company"),
]
