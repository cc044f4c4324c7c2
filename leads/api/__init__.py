"""The second floor's part of ``/api/v1/``: leads, companies, imports, segments, tasks and deals."""

from rest_framework.routers import SimpleRouter

from leads.api.exports import ExportViewSet
from leads.api.imports import ImportViewSet
from leads.api.leads import LeadViewSet
from leads.api.work import CompanyViewSet, DealViewSet, SegmentViewSet, TaskViewSet

router = SimpleRouter()
router.register("leads", LeadViewSet, basename="lead")
router.register("companies", CompanyViewSet, basename="company")
router.register("imports", ImportViewSet, basename="import")
router.register("exports", ExportViewSet, basename="export")
router.register("segments", SegmentViewSet, basename="segment")
router.register("tasks", TaskViewSet, basename="task")
router.register("deals", DealViewSet, basename="deal")
