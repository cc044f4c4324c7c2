"""Reads a place as people write it («Austin, TX») into city, region, country, time zone and language."""

from dataclasses import dataclass

_EAST, _CENTRAL, _MOUNTAIN, _WEST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
)  # fmt: skip
_STATES = {
    _EAST: "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    _CENTRAL: "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    _MOUNTAIN: "AZ CO ID MT NM UT WY",
    _WEST: "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
}
_ZONE_OF_STATE = {state: zone for zone, states in _STATES.items() for state in states.split()}
#: country: time zone of its capital (or most people), language
_COUNTRIES = {
    "united states": (_EAST, "en"), "usa": (_EAST, "en"), "canada": ("America/Toronto", "en"),
    "united kingdom": ("Europe/London", "en"), "uk": ("Europe/London", "en"),
    "england": ("Europe/London", "en"), "ireland": ("Europe/Dublin", "en"),
    "germany": ("Europe/Berlin", "de"),
    "austria": ("Europe/Vienna", "de"), "switzerland": ("Europe/Zurich", "de"),
    "france": ("Europe/Paris", "fr"), "spain": ("Europe/Madrid", "es"), "italy": ("Europe/Rome", "it"),
    "netherlands": ("Europe/Amsterdam", "nl"), "belgium": ("Europe/Brussels", "nl"),
    "sweden": ("Europe/Stockholm", "sv"), "norway": ("Europe/Oslo", "no"),
    "denmark": ("Europe/Copenhagen", "da"), "poland": ("Europe/Warsaw", "pl"),
    "portugal": ("Europe/Lisbon", "pt"), "india": ("Asia/Kolkata", "en"),
    "singapore": ("Asia/Singapore", "en"), "australia": ("Australia/Sydney", "en"),
    "new zealand": ("Pacific/Auckland", "en"), "japan": ("Asia/Tokyo", "ja"),
    "brazil": ("America/Sao_Paulo", "pt"), "mexico": ("America/Mexico_City", "es"),
    "south africa": ("Africa/Johannesburg", "en"), "nigeria": ("Africa/Lagos", "en"),
    "united arab emirates": ("Asia/Dubai", "en"),
}  # fmt: skip
_CITIES = {
    "london": "United Kingdom", "manchester": "United Kingdom", "birmingham": "United Kingdom",
    "edinburgh": "United Kingdom", "leeds": "United Kingdom", "bristol": "United Kingdom",
    "dublin": "Ireland", "berlin": "Germany", "munich": "Germany", "hamburg": "Germany", "paris": "France",
    "lyon": "France", "madrid": "Spain", "barcelona": "Spain", "rome": "Italy", "milan": "Italy",
    "amsterdam": "Netherlands", "vienna": "Austria", "zurich": "Switzerland", "toronto": "Canada",
    "sydney": "Australia", "mumbai": "India", "delhi": "India", "bangalore": "India", "tokyo": "Japan",
    "singapore": "Singapore", "dubai": "United Arab Emirates", "lagos": "Nigeria",
}  # fmt: skip
_NAMES = (
    "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,"
    "Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,"
    "Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,"
    "Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY,"
    "North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI,"
    "South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington WA,"
    "West Virginia WV,Wisconsin WI,Wyoming WY,District of Columbia DC"
)
_CODES = {name.lower(): code for name, _, code in (one.rpartition(" ") for one in _NAMES.split(","))}
_SAME = {"usa": "United States", "uk": "United Kingdom", "england": "United Kingdom"}


@dataclass(frozen=True)
class Place:
    """Where somebody is, as far as it can be told."""

    city: str
    region: str
    country: str
    time_zone: str
    language: str


def place_of(location: str) -> Place:
    """Return the place that a text speaks of; a place nobody knows is an American city on Eastern time."""
    parts = [part.strip() for part in location.split(",") if part.strip()]
    last = parts[-1] if parts else ""
    if last.upper() in _ZONE_OF_STATE and len(parts) > 1:
        return Place(parts[0], last.upper(), "United States", _ZONE_OF_STATE[last.upper()], "en")
    if last.lower() in _COUNTRIES:
        zone, language = _COUNTRIES[last.lower()]
        country = _SAME.get(last.lower(), last.title())
        region = parts[1] if len(parts) > 2 else ""
        return Place(parts[0] if len(parts) > 1 else "", region, country, zone, language)
    country = _CITIES.get(last.lower(), "United States")
    zone, language = _COUNTRIES[country.lower()]
    return Place(parts[0] if parts else "", parts[1] if len(parts) > 1 else "", country, zone, language)


def place_in(city: str, region: str, country: str) -> Place:
    """Return the place that three fields name; an American state may be written out."""
    code = _CODES.get(region.strip().lower(), region.strip().upper())
    if code in _ZONE_OF_STATE and country.strip().lower() in ("", "us", "usa", "united states"):
        return place_of(f"{city}, {code}")
    return place_of(", ".join(filter(None, (city, region, country))))
