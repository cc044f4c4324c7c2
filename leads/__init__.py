"""Leads holds who: people, companies, where they came from, how they score, whether they may be contacted."""
