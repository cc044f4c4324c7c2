"""Addresses of the top floor's pages."""

from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("", views.index, name="today"),
    path("today/queue/", views.queue, name="queue"),
    path("today/figures/", views.kpis, name="today_kpis"),
    path("today/side/", views.side, name="today_side"),
    path("today/running/", views.running, name="today_running"),
    path("campaigns/<int:pk>/panel/figures/", views.campaign_kpis, name="campaign_kpis"),
    path("campaigns/<int:pk>/panel/funnel/", views.campaign_funnel, name="campaign_funnel"),
    path("campaigns/<int:pk>/panel/budget/", views.campaign_budget, name="campaign_budget"),
    path("campaigns/<int:pk>/panel/providers/", views.campaign_costs, name="campaign_costs"),
    path("campaigns/<int:pk>/panel/variants/", views.campaign_variants, name="campaign_variants"),
    path("campaigns/<int:pk>/panel/sends/", views.campaign_sends, name="campaign_sends"),
    path("campaigns/<int:pk>/panel/advice/", views.campaign_recommendations, name="campaign_recommendations"),
    path("leads/<int:pk>/panel/profile/", views.lead_profile_panel, name="lead_profile_panel"),
    path("deals/", views.deals, name="deals"),
    path("reports/", views.comparison, name="reports"),
    path("reports/all.<str:fmt>", views.export_all, name="export_all"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/report.<str:fmt>", views.export, name="export"),
    path("campaigns/<int:pk>/report/", views.campaign_report, name="campaign_report"),
    path("recommendations/<int:pk>/", views.why, name="why"),
    path("recommendations/<int:pk>/<slug:verb>/", views.decide, name="decide"),
]
