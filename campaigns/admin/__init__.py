"""Settings pages of the ground floor."""

from campaigns.admin import machinery, money, people, plans

__all__ = ["machinery", "money", "people", "plans"]
