"""Which column of a file becomes what: proposed from the column's name, corrected by a person."""

from collections.abc import Mapping, Sequence

from leads.services.entry.normalise import slug
from leads.services.rules.fields import CUSTOM

IGNORE = ""

#: what a column may become, with its words for the mapping page
TARGETS = {
    "first_name": "First name", "last_name": "Last name", "full_name": "Full name", "email": "E-mail",
    "phone": "Phone", "linkedin_url": "LinkedIn profile", "title": "Job title", "industry": "Industry",
    "city": "City", "region": "Region", "country": "Country", "time_zone": "Time zone",
    "language": "Language",
    "source": "Source", "origin": "Origin", "external_id": "Id in the other system",
    "website_visits": "Website visits", "website_seconds": "Seconds on the website",
    "pages_per_visit": "Pages per visit", "budget": "Budget", "has_appointment": "Has an appointment",
    "do_not_email": "Do not e-mail", "do_not_call": "Do not call", "tags": "Tags", "company": "Company",
    "company_domain": "Company domain", "company_website": "Company website",
    "company_phone": "Company phone",
    "company_industry": "Company industry", "employees": "Employees", "annual_revenue": "Annual revenue",
    "founded": "Year of foundation", "rating": "Rating", "reviews": "Reviews", "technologies": "Technologies",
}  # fmt: skip

#: without one of these nobody can be recognised
KEYS = ("email", "external_id", "linkedin_url", "phone")

_ALSO = {
    "first_name": "firstname given_name forename fname contact_first_name",
    "last_name": "lastname surname family_name lname contact_last_name",
    "full_name": "name fullname contact contact_name person lead_name",
    "email": "email_address e_mail mail e_mail_address work_email business_email contact_email emailaddress",
    "phone": "phone_number telephone tel mobile mobile_phone cell cell_phone phone_1 work_phone",
    "linkedin_url": "linkedin linkedin_profile linkedin_profile_url person_linkedin_url",
    "title": "job_title position role jobtitle",
    "industry": "sector specialization branch vertical",
    "city": "town locality",
    "region": "state province county state_province",
    "country": "country_name nation country_region",
    "time_zone": "timezone tz",
    "language": "lang preferred_language",
    "source": "lead_source source_channel utm_source",
    "origin": "lead_origin",
    "external_id": "lead_number lead_id id contact_id record_id crm_id hubspot_id salesforce_id",
    "website_visits": "totalvisits total_visits visits",
    "website_seconds": "total_time_spent_on_website time_on_site time_on_website",
    "pages_per_visit": "page_views_per_visit pages_per_session",
    "budget": "lead_budget",
    "do_not_email": "donotemail email_opt_out do_not_mail no_email",
    "do_not_call": "donotcall call_opt_out no_call",
    "tags": "labels",
    "company": "company_name organization organisation account account_name employer business_name",
    "company_domain": "domain company_domain_name",
    "company_website": "website url company_url homepage site web",
    "employees": "company_size number_of_employees num_employees headcount employee_count size",
    "annual_revenue": "revenue company_revenue turnover",
    "founded": "founded_year year_founded",
    "rating": "stars",
    "reviews": "review_count number_of_reviews",
    "technologies": "tech_stack",
}
_BY_NAME = {name: target for target, names in _ALSO.items() for name in names.split()}
_BY_NAME |= {target: target for target in TARGETS}
#: columns that we wrote ourselves into a file of rows to mend
_OURS = frozenset({"left_out_because"})
#: columns that say the same in a custom field of a fixed name, so that rules find it
_CUSTOM_NAMES = {"what_is_your_current_occupation": "occupation", "current_occupation": "occupation"}


def propose(columns: Sequence[str]) -> dict[str, str]:
    """Return a target for every column: a field of ours, or a custom field of the column's own name."""
    used: set[str] = set()
    names = {column: slug(column) for column in columns}
    return {column: IGNORE if name in _OURS else _choose(name, used) for column, name in names.items()}


def own_name(column: str) -> str:
    """Return the target that keeps a column as own data under its own name."""
    name = slug(column)
    return f"custom.{_CUSTOM_NAMES.get(name, name)}"


def problems(mapping: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """Return what is wrong with a mapping, in words."""
    found = [f"The file has no column «{column}»." for column in mapping if column not in columns]
    targets = [target for target in mapping.values() if target != IGNORE]
    for target in sorted(set(targets)):
        if target not in TARGETS and not CUSTOM.fullmatch(target):
            found.append(f"There is no field «{target}».")
        if targets.count(target) > 1:
            found.append(f"Two columns cannot both become «{TARGETS.get(target, target)}».")
    if not any(key in targets for key in KEYS):
        found.append(
            "Map a column to e-mail, phone, LinkedIn or an id: people must be recognised by something."
        )
    return found


def _choose(name: str, used: set[str]) -> str:
    target = _BY_NAME.get(name, "")
    if not target or target in used:
        base = f"custom.{_CUSTOM_NAMES.get(name, name)}"
        target, copy = base, 1
        while target in used:
            copy += 1
            target = f"{base[:60]}_{copy}"
    used.add(target)
    return target
