"""Django's name card of the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save


class CampaignsConfig(AppConfig):
    """Names the app for Django."""

    name = "campaigns"

    def ready(self) -> None:
        """Keep the role groups in step with the table of roles and with the people in them."""
        from campaigns.services import roles

        post_migrate.connect(roles.after_migrate, dispatch_uid="roles")
        post_save.connect(roles.after_save, sender="campaigns.User", dispatch_uid="roles")
