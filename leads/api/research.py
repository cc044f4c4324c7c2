"""Research of a lead or a company: the newest report, and asking for one."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.services.access import actor, checked
from leads.models.report import ReportQuerySet
from leads.serializers.research import ReportSerializer, ResearchAskSerializer
from leads.services.research import reports, requests

GUARD: dict[str, Any] = {
    "filterset_class": None,
    "pagination_class": None,
    "required_scopes": {"GET": "leads:read", "POST": "leads:write"},
    "required_perms": {"GET": "leads.view_researchreport", "POST": "leads.add_researchreport"},
}


class LeadResearch:
    """Adds ``research/`` to the doors of a lead."""

    @extend_schema(responses=ReportSerializer)
    @action(detail=True, methods=["get"], **GUARD)
    def research(self, request: Request, pk: str) -> Response:
        """Say the newest research about this person or their company; 404 when there is none."""
        lead = self.get_object()  # type: ignore[attr-defined]
        return _newest(reports.of_lead(lead), request)

    @extend_schema(request=ResearchAskSerializer, responses={202: ReportSerializer})
    @research.mapping.post
    def ask_research(self, request: Request, pk: str) -> Response:
        """Ask for research; what is asked for or known already is answered instead."""
        again = checked(ResearchAskSerializer, request.data)["again"]
        lead = self.get_object()  # type: ignore[attr-defined]
        made = requests.for_lead(lead, actor(request), again=again)
        return Response(ReportSerializer(made).data, status=202)


class CompanyResearch:
    """Adds ``research/`` to the doors of a company."""

    @extend_schema(responses=ReportSerializer)
    @action(detail=True, methods=["get"], **GUARD)
    def research(self, request: Request, pk: str) -> Response:
        """Say the newest research about this company; 404 when there is none."""
        company = self.get_object()  # type: ignore[attr-defined]
        return _newest(reports.of_company(company).filter(lead=None), request)

    @extend_schema(request=ResearchAskSerializer, responses={202: ReportSerializer})
    @research.mapping.post
    def ask_research(self, request: Request, pk: str) -> Response:
        """Ask for research; what is asked for or known already is answered instead."""
        again = checked(ResearchAskSerializer, request.data)["again"]
        company = self.get_object()  # type: ignore[attr-defined]
        made = requests.for_company(company, actor(request), again=again)
        return Response(ReportSerializer(made).data, status=202)


def _newest(found: ReportQuerySet, request: Request) -> Response:
    report = found.visible_to(actor(request)).order_by("-pk").first()
    if report is None:
        raise Http404("Nobody has asked for research here yet.")
    return Response(ReportSerializer(report).data)
