"""Addresses of the leads' pages."""

from django.urls import path

from leads import views

app_name = "leads"
urlpatterns = [
    path("leads/", views.index, name="index"),
    path("leads/count/", views.count, name="count"),
    path("leads/tabs/", views.tabs, name="tabs"),
    path("leads/bulk/", views.bulk, name="bulk"),
    path("leads/bulk/undo/", views.undo_bulk, name="undo_bulk"),
    path("leads/new/", views.new, name="new"),
    path("leads/import/", views.imports, name="import"),
    path("leads/import/<int:pk>/", views.import_job, name="import_job"),
    path("leads/import/<int:pk>/start/", views.start_import, name="start_import"),
    path("leads/import/<int:pk>/cancel/", views.cancel_import, name="cancel_import"),
    path("leads/import/<int:pk>/errors.csv", views.import_errors, name="import_errors"),
    path("leads/<int:pk>/", views.lead, name="lead"),
    path("leads/<int:pk>/edit/", views.edit, name="edit"),
    path("leads/<int:pk>/note/", views.note, name="note"),
    path("leads/<int:pk>/assign/", views.assign, name="assign"),
    path("leads/<int:pk>/suppress/", views.suppress, name="suppress"),
    path("leads/<int:pk>/tasks/", views.add_task, name="add_task"),
    path("leads/<int:pk>/deals/", views.open_deal, name="open_deal"),
    path("leads/<int:pk>/score/", views.rescore, name="rescore"),
    path("tasks/<int:pk>/done/", views.finish_task, name="finish_task"),
    path("tasks/<int:pk>/reopen/", views.reopen_task, name="reopen_task"),
    path("tasks/<int:pk>/snooze/", views.snooze_task, name="snooze_task"),
    path("deals/<int:pk>/<slug:verb>/", views.close_deal, name="close_deal"),
    path("prospects/<int:pk>/override/", views.override, name="override"),
    path("campaigns/<int:pk>/leads/", views.campaign, name="campaign"),
    path("companies/", views.companies, name="companies"),
    path("companies/<int:pk>/", views.company, name="company"),
    path("rules/", views.rules, name="rules"),
    path("rules/scoring/", views.scoring, name="scoring"),
    path("rules/qualification/", views.qualification, name="qualification"),
    path("segments/", views.segments, name="segments"),
    path("segments/new/", views.new_segment, name="new_segment"),
    path("segments/count/", views.count_segment, name="count_segment"),
    path("segments/<int:pk>/", views.segment, name="segment"),
    path("segments/<int:pk>/delete/", views.delete_segment, name="delete_segment"),
    path("palette/", views.palette, name="palette"),
]
