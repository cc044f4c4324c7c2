"""The second floor's part of ``/api/v1/``: leads, companies, imports, segments, tasks and deals."""

from rest_framework.routers import SimpleRouter

from leads.api.bulk import BulkActionViewSet
from leads.api.companies import CompanyViewSet
from leads.api.exports import ExportViewSet
from leads.api.identity import DuplicateViewSet, MergeViewSet
from leads.api.imports import ImportViewSet
from leads.api.known import CustomFieldViewSet, FileViewSet
from leads.api.leads import LeadViewSet
from leads.api.privacy import LeadPrivacyViewSet, SuppressionViewSet
from leads.api.rules import RuleViewSet
from leads.api.segments import SegmentViewSet, SnapshotViewSet
from leads.api.sourcing import ProviderViewSet
from leads.api.work import DealViewSet, TaskViewSet

router = SimpleRouter()
router.register("leads", LeadViewSet, basename="lead")
router.register("duplicates", DuplicateViewSet, basename="duplicate")
router.register("merges", MergeViewSet, basename="merge")
router.register("leads", LeadPrivacyViewSet, basename="lead-privacy")
router.register("suppressions", SuppressionViewSet, basename="suppression")
router.register("companies", CompanyViewSet, basename="company")
router.register("files", FileViewSet, basename="file")
router.register("custom-fields", CustomFieldViewSet, basename="custom-field")
router.register("imports", ImportViewSet, basename="import")
router.register("exports", ExportViewSet, basename="export")
router.register("rules", RuleViewSet, basename="rule")
router.register("segments", SegmentViewSet, basename="segment")
router.register("snapshots", SnapshotViewSet, basename="snapshot")
router.register("bulk-actions", BulkActionViewSet, basename="bulk-action")
router.register("providers", ProviderViewSet, basename="provider")
router.register("tasks", TaskViewSet, basename="task")
router.register("deals", DealViewSet, basename="deal")
