"""Duplicates to review, merges and their undo, and old numbers that go on working."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.filters import DuplicateFilter, MergeFilter
from leads.models import Lead, MatchCandidate, Merge
from leads.serializers import identity as shapes
from leads.services.identity import choosing, review

READ, WRITE = "leads:read", "leads:write"


class Moved(Exception):
    """This record was merged into another; its own number goes on working."""

    code = "merged"
    status = 308

    def __init__(self, survivor_id: int) -> None:
        self.survivor_id = survivor_id
        super().__init__(f"This record was merged into lead {survivor_id}.")


class OldNumbers:
    """Sends whoever uses a merged lead's number to the survivor, with the same method and body.

    308 keeps the method, so a change is not lost; it is not to be cached, as a merge can be undone.
    """

    def get_object(self) -> Any:
        """Return the lead; one merged into a lead that the caller may see answers 308."""
        try:
            return super().get_object()  # type: ignore[misc]
        except Http404:
            self._follow()
            raise

    def handle_exception(self, error: Exception) -> Response:
        """Add the new address."""
        answer: Response = super().handle_exception(error)  # type: ignore[misc]
        if isinstance(error, Moved):
            path, pk = self.request.get_full_path(), self.kwargs["pk"]  # type: ignore[attr-defined]
            answer["Location"] = path.replace(f"/leads/{pk}/", f"/leads/{error.survivor_id}/", 1)
            answer["Cache-Control"] = "no-store"
        return answer

    def _follow(self) -> None:
        """Both records must be visible: a foreign number says nothing."""
        visible = Lead.objects.visible_to(actor(self.request))  # type: ignore[attr-defined]
        old = visible.filter(pk=self.kwargs["pk"]).exclude(merged_into=None).first()  # type: ignore[attr-defined]
        if old and old.merged_into_id and visible.filter(pk=old.merged_into_id).exists():
            raise Moved(old.merged_into_id)


class LeadMerging(OldNumbers):
    """The part of the leads' door that merges."""

    @extend_schema(request=shapes.MergeAskedSerializer, responses=shapes.MergeSerializer(many=True))
    @action(
        detail=False, methods=["post"], filterset_class=None, pagination_class=None,
        required_perms={"POST": "leads.add_merge"},
    )  # fmt: skip
    def merge(self, request: Request) -> Response:
        """Merge up to 100 records into one; each can be undone, the last one first."""
        asked = checked(shapes.MergeAskedSerializer, request.data)
        leads = _visible(request, [asked["kept"], *asked["gone"]])
        kept, others = leads[0], leads[1:]
        if len(others) == 1:
            made = [review.merge(kept, others[0], actor(request), asked["choices"], how="api")]
        else:
            made = review.merge_many(kept, others, actor(request), how="api")
        return Response(shapes.MergeSerializer(made, many=True).data)


class DuplicateViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[MatchCandidate]
):
    """Pairs of records that may be one person, the likeliest first."""

    queryset = MatchCandidate.objects.all()
    serializer_class = shapes.DuplicateSerializer
    filterset_class = DuplicateFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE}

    @extend_schema(request=shapes.AnswerSerializer, responses=shapes.MergeSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def merge(self, request: Request, pk: str) -> Response:
        """Answer «one person»: the other record joins the one that stays."""
        one, other = review.pair_of(self.get_object())
        asked = checked(shapes.AnswerSerializer, request.data)
        pair = {one.pk: one, other.pk: other}
        kept = pair.get(asked.get("kept", 0)) or choosing.survivor([one, other])
        gone = other if kept.pk == one.pk else one
        made = review.merge(kept, gone, actor(request), asked["choices"], how="api")
        return Response(shapes.MergeSerializer(made).data)

    @extend_schema(request=None, responses=shapes.DuplicateSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def distinct(self, request: Request, pk: str) -> Response:
        """Answer «two people»: nobody is asked about this pair again."""
        one, other = review.pair_of(self.get_object())
        return Response(shapes.DuplicateSerializer(review.tell_apart(one, other, actor(request))).data)


class MergeViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Merge]
):
    """What was merged, with the reasons."""

    queryset = Merge.objects.all()
    serializer_class = shapes.MergeSerializer
    filterset_class = MergeFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE}

    @extend_schema(request=None, responses=shapes.UndoneSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        """Take a merge back: every row returns to where it was, and the two are two people from now on."""
        made = self.get_object()
        left = review.undo(made, actor(request))
        made.refresh_from_db()
        return Response(shapes.UndoneSerializer({"merge": made, "left": left}).data)


def _visible(request: Request, ids: list[int]) -> list[Lead]:
    """Return the records in the order named; a foreign one is a 404."""
    visible = Lead.objects.visible_to(actor(request))
    found = visible.in_bulk(ids)
    if len(found) < len(ids):
        raise Http404
    return [found[pk] for pk in ids]
