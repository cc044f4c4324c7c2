"""The suppression list in SQL: whether a lead called ``l`` stands on it, at whatever level."""

#: a domain on the list covers so many levels below it: corp.example also mail.eu.corp.example
LEVELS_BELOW = 3
_ENTRY = (
    "EXISTS (SELECT 1 FROM leads_suppression x"
    " WHERE x.lifted_at IS NULL AND x.level = '{0}' AND x.value IN ({1}))"
)
_PERSON, _COMPANY = "'lead:' || l.id", "'company:' || l.company_id"


def domains(domain: str, place: str) -> list[str]:
    """Return the expressions of a mail domain and of those above it; ``place`` names what finds a dot."""
    found = [domain]
    for _ in range(LEVELS_BELOW):
        found.append(f"substr({found[-1]}, {place}({found[-1]}, '.') + 1)")
    return found


def anywhere(domain: str, place: str) -> str:
    """Return the condition that a lead is on the list as a person, by address, number, domain or company."""
    above = ", ".join(domains(domain, place))
    by_mail = f"{_ENTRY.format('address', 'l.email_key')} OR {_ENTRY.format('domain', above)}"
    return (
        f"{_ENTRY.format('person', _PERSON)} OR (l.email_key <> '' AND ({by_mail}))"
        f" OR (l.phone <> '' AND {_ENTRY.format('address', 'l.phone')})"
        f" OR {_ENTRY.format('company', _COMPANY)}"
    )
