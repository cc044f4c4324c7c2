"""What people do with versions: put one in force, go back, whatever the kind."""

from django.conf import settings

from campaigns.models import ModelVersion, User
from campaigns.services.learning import queue, registry


def promote(version: ModelVersion, by: User | None) -> ModelVersion:
    """Put a version that passed its gates (or served before) in force."""
    if version.kind in settings.LEARNERS:
        queue.learner(version.kind).promote(version, by)
    else:
        registry.may_serve(version)
        registry.crown(version, by)
    version.refresh_from_db()
    return version


def back(kind: str, by: User | None) -> ModelVersion:
    """Put the version that served before in force again."""
    found = registry.before(kind)
    if found is None:
        raise registry.PromotionRefused("No other version has served yet, so there is nothing to go back to.")
    return promote(found, by)
