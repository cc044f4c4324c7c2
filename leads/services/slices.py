"""Cuts the prospects that wait at a stage into slices: a stage works on one slice at a time."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from campaigns.models import Campaign
from campaigns.services import bulk
from leads.models import Prospect


@dataclass(frozen=True)
class Slice:
    """The prospects of a campaign at a stage, up to a number: no list of ids has to travel."""

    campaign_id: int
    stage: str
    first_id: int
    last_id: int
    size: int

    def where(self, alias: str) -> tuple[str, list[Any]]:
        """Return the slice as an SQL condition over prospects called ``alias``."""
        ids, ends = self.ids(alias)
        return f"{alias}.campaign_id = %s AND {alias}.stage = %s AND {ids}", [
            self.campaign_id,
            self.stage,
            *ends,
        ]

    def ids(self, alias: str) -> tuple[str, list[Any]]:
        """Return where the slice lies, which stays true when its rows have moved on."""
        # both ends, or SQLite reads every row before the slice
        return f"{alias}.id BETWEEN %s AND %s", [self.first_id, self.last_id]


def take(campaign: Campaign, stage: str, limit: int) -> Slice:
    """Return the oldest ``limit`` prospects that wait at a stage.

    They are asked for as a stretch of the index: asked for by stage and in the order of their ids,
    PostgreSQL walks over everybody who has moved on already, at every slice anew.
    """
    place = "(campaign_id, stage, id)"
    sql = (
        "SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0), COUNT(*) FROM (SELECT id FROM leads_prospect"  # noqa: S608
        f" WHERE {place} > (%s, %s, 0) AND {place} <= (%s, %s, %s)"
        " ORDER BY campaign_id, stage, id LIMIT %s) x"
    )
    at = [campaign.pk, stage]
    first_id, last_id, size = bulk.fetch(sql, [*at, *at, models.BigIntegerField.MAX_BIGINT, limit])[0]
    return Slice(campaign.pk, stage, first_id, last_id, size)


def waiting(campaign: Campaign, stage: str) -> int:
    """Return how many prospects wait at a stage."""
    return Prospect.objects.filter(campaign=campaign, stage=stage).count()
