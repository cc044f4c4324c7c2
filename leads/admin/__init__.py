"""Settings pages of the second floor."""

from leads.admin import people, records

__all__ = ["people", "records"]
