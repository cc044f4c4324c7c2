"""The doors of people who come by themselves: the hosted form and the script that embeds it elsewhere."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.throttling import BaseThrottle

from campaigns import clock
from leads.models import Submission, WebForm
from leads.services.doors import asking, editing, limits, marks, reading, submissions, tokens
from leads.services.doors.submissions import Posted

TRAP = "fax_number"  # a field that people do not see; programs fill everything
VISITOR = "loom_visitor"
BUSY = "Too many answers came from your network. Please wait ten minutes, then send again."
STALE = "This page was open for too long. Nothing is lost: please send again."


@csrf_exempt  # it stands on other sites without our cookies; the signed mark of the page takes its place
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """Show a form; take what was filled in. A repeated post is the same post."""
    found = _find(key)
    if not found.is_active:
        return _framed(render(request, "leads/public/closed.html", _look(request), status=410), found)
    answer = _take(request, found) if request.method == "POST" else _show(request, found)
    return _framed(answer, found)


@require_safe
def embed(request: HttpRequest, key: str) -> HttpResponse:
    """Answer with the script that puts the form into a page of another site."""
    found = _find(key)
    context = {"address": editing.address(found), "name": found.headline or found.name}
    answer = render(request, "leads/public/embed.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=300"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _find(key: str) -> WebForm:
    return get_object_or_404(WebForm.objects.select_related("owner"), key=key)


def _take(request: HttpRequest, found: WebForm) -> HttpResponse:
    now = clock.now()
    values = asking.values(found, request.POST)
    if limits.is_over(found.key, BaseThrottle().get_ident(request) or "", now):  # type: ignore[arg-type]
        return _show(request, found, values, {"": BUSY}, status=429)
    page = tokens.read(found.key, request.POST.get("mark", ""), now)
    if page is None and not request.POST.get(TRAP):
        return _show(request, found, values, {"": STALE}, status=422)
    posted = _posted(request, found, values, page)
    problems = reading.read(found, values).problems if posted.spam and page else {}
    if not problems or request.POST.get(TRAP):
        row, read = submissions.take(found, posted, now)
        problems = read.problems
    return _show(request, found, values, problems, status=422) if problems else _thank(request, found, row)


def _posted(request: HttpRequest, found: WebForm, values: dict[str, str], page: tokens.Page | None) -> Posted:
    """Return the post with everything that came along; say when it looks like a program's."""
    post, spam = request.POST, ""
    if post.get(TRAP):
        spam = "A field was filled that people cannot see."
    elif page and clock.now() - page.shown_at < tokens.FASTEST:
        spam = "Sent faster than anybody can type."
    page_url = marks.page(post.get("page", ""))
    return Posted(
        once=page.once if page else tokens.of_body(found.key, values), values=values,
        agreed=bool(post.get("agreed")), page_url=page_url,
        marks=marks.read(post.get("marks", ""), page_url), visitor=marks.visitor(post.get("visitor", "")),
        spam=spam,
    )  # fmt: skip


def _show(
    request: HttpRequest,
    found: WebForm,
    values: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, sent, asked = clock.now(), request.POST, request.GET
    visitor = sent.get("visitor") or marks.visitor(
        asked.get("visitor", "") or request.COOKIES.get(VISITOR, "")
    )
    is_framed = "frame" in asked
    context: dict[str, Any] = {
        **_look(request), "form": found, "fields": asking.fields(found, values or {}, problems or {}),
        "problems": problems or {}, "general": (problems or {}).get("", ""), "trap": TRAP,
        # a page that was sent in keeps its number, so that sending it again mended is one person
        "mark": sent.get("mark") if status == 422 and (problems or {}).get("") != STALE
        else tokens.issue(found.key, now),
        "page": sent.get("page") or marks.page(asked.get("page", "")) or request.build_absolute_uri(),
        "marks": sent.get("marks") or asked.get("marks", "") or _marks(request),
        "visitor": visitor or ("" if is_framed else tokens.number()), "agreed": bool(sent.get("agreed")),
    }  # fmt: skip
    answer = render(request, "leads/public/form.html", context, status=status)
    if not is_framed and context["visitor"] and request.method == "GET":
        year = 365 * 24 * 3600
        answer.set_cookie(
            VISITOR,
            context["visitor"],
            max_age=year,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return answer


def _marks(request: HttpRequest) -> str:
    return urlencode(marks.read(request.get_full_path()))


def _thank(request: HttpRequest, found: WebForm, row: Submission) -> HttpResponse:
    is_framed = "frame" in request.GET
    if found.redirect_url and editing.redirect_origin(found) and not is_framed:
        return HttpResponseRedirect(found.redirect_url)
    goes_on = found.redirect_url if editing.redirect_origin(found) else ""
    context = {**_look(request), "form": found, "goes_on": goes_on}
    return render(request, "leads/public/thanks.html", context)


def _look(request: HttpRequest) -> dict[str, Any]:
    theme = request.GET.get("theme", "")
    return {"theme": theme if theme in ("light", "dark") else "", "is_framed": "frame" in request.GET}


def _framed(answer: HttpResponse, found: WebForm) -> HttpResponse:
    """Let the sites named in the form show it in a frame, and nobody else."""
    going = [origin] if (origin := editing.redirect_origin(found)) else []
    update = {"frame-ancestors": editing.frame_ancestors(found), "form-action": ["'self'", *going]}
    answer._csp_replace = update  # type: ignore[attr-defined]  # read by django-csp's middleware
    answer.xframe_options_exempt = True  # CSP says it more finely
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return answer
