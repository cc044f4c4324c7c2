"""The export page: what a view or a segment holds, as a file in one of three ways."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns.services import paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import posted, refused
from leads.forms.exporting import ExportForm
from leads.services.transfer import outgoing
from leads.views import state


def _takes_everything(request: HttpRequest) -> bool:
    """Whether somebody may take every lead out: they say once more who they are."""
    return bool(getattr(request.user, "sees_all", False) and getattr(request.user, "keeps_leads", False))


@staff
@reauthentication_required(enabled=_takes_everything)  # type: ignore[untyped-decorator]
def export(request: StaffRequest) -> HttpResponseBase:
    """Offer the leads of a view as a file; hand it out when asked for."""
    now = state.read(request.GET, request.user)
    if not request.user.keeps_leads:
        return refused(request, _WHY_NOT, reverse("leads:index"))
    form = ExportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            leads = now.leads(request.user)
            return _file(outgoing.ask(leads, request.user, facts["kind"], facts["columns"], now.segment))
        except outgoing.ExportRefused as problem:
            form.add_error(None, str(problem))
    return _page(request, now, form)


def _page(request: StaffRequest, now: state.State, form: ExportForm) -> HttpResponse:
    mine = outgoing.own(now.leads(request.user), request.user)
    back_url = f"{reverse('leads:index')}?{request.GET.urlencode()}"
    context = {
        "nav": "leads", "form": form, "state": now, "count": paging.say_count(paging.count(mine)),
        "limit": outgoing.limit_of(request.user), "back_url": back_url,
    }  # fmt: skip
    return render(request, "leads/export.html", context, status=422 if form.errors else 200)


def _file(export: outgoing.Export) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(export.chunks(), content_type=export.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    return answer


_WHY_NOT = "Your role takes no list of people out; ask a manager or an admin for one."
