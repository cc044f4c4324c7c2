"""Addresses of what is known about leads and companies."""

from django.urls import path

from leads.views.acts import cancel_task, life
from leads.views.companies import assign_company, company_dialogs, edit_company
from leads.views.known import facts, fields, files, notes, stories, tags
from leads.views.lead import aside, consent_state, dialogs

LEAD, COMPANY = {"entity": "lead"}, {"entity": "company"}

routes = [
    path("leads/<int:pk>/aside/", aside, name="aside"),
    path("leads/<int:pk>/dialogs/", dialogs, name="dialogs"),
    path("leads/<int:pk>/reach/", consent_state, name="consent_state"),
    path("leads/<int:pk>/step/", stories.step, name="step"),
    path("leads/<int:pk>/life/", life, name="life"),
    path("leads/<int:pk>/facts/<slug:name>/", facts.fact, LEAD, name="fact"),
    path("leads/<int:pk>/tags/", tags.chosen, LEAD, name="tags_of"),
    path("leads/<int:pk>/notes/", notes.panel, LEAD, name="notes"),
    path("leads/<int:pk>/note/", notes.write, LEAD, name="note"),
    path("leads/<int:pk>/note/people/", notes.people, LEAD, name="note_people"),
    path("leads/<int:pk>/files/", files.panel, LEAD, name="files"),
    path("leads/<int:pk>/timeline/", stories.export, LEAD, name="timeline_export"),
    path("companies/<int:pk>/edit/", edit_company, name="edit_company"),
    path("companies/<int:pk>/assign/", assign_company, name="assign_company"),
    path("companies/<int:pk>/dialogs/", company_dialogs, name="company_dialogs"),
    path("companies/<int:pk>/facts/<slug:name>/", facts.fact, COMPANY, name="company_fact"),
    path("companies/<int:pk>/tags/", tags.chosen, COMPANY, name="company_tags"),
    path("companies/<int:pk>/notes/", notes.panel, COMPANY, name="company_notes"),
    path("companies/<int:pk>/note/", notes.write, COMPANY, name="company_note"),
    path("companies/<int:pk>/note/people/", notes.people, COMPANY, name="company_note_people"),
    path("companies/<int:pk>/files/", files.panel, COMPANY, name="company_files"),
    path("companies/<int:pk>/timeline/", stories.export, COMPANY, name="company_timeline_export"),
    path("notes/<int:pk>/edit/", notes.mend, name="note_mend"),
    path("notes/<int:pk>/pin/", notes.pin, name="note_pin"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/remove/", files.remove, name="file_remove"),
    path("files/<int:pk>/restore/", files.restore, name="file_restore"),
    path("tasks/<int:pk>/cancel/", cancel_task, name="cancel_task"),
    path("tags/offers/", tags.offers, name="tag_offers"),
    path("mentions/", notes.inbox, name="mentions"),
    path("mentions/read/", notes.read_all, name="mentions_read"),
    path("settings/tags/", tags.book, name="tags"),
    path("settings/tags/act/", tags.act, name="tag_act"),
    path("settings/fields/", fields.fields, name="custom_fields"),
    path("settings/fields/adopt/", fields.adopt, name="adopt_field"),
    path("settings/fields/<int:pk>/<slug:verb>/", fields.field, name="custom_field"),
]
