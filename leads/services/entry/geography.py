"""Countries as people write them, and the phone region they stand for."""

REGIONS = {
    "argentina": "AR", "australia": "AU", "austria": "AT", "bahrain": "BH", "bangladesh": "BD",
    "belgium": "BE", "brazil": "BR", "bulgaria": "BG", "canada": "CA", "chile": "CL", "china": "CN",
    "colombia": "CO", "croatia": "HR", "czech republic": "CZ", "czechia": "CZ", "denmark": "DK",
    "egypt": "EG", "estonia": "EE", "finland": "FI", "france": "FR", "germany": "DE", "ghana": "GH",
    "greece": "GR", "hong kong": "HK", "hungary": "HU", "india": "IN", "indonesia": "ID", "ireland": "IE",
    "israel": "IL", "italy": "IT", "japan": "JP", "kenya": "KE", "kuwait": "KW", "latvia": "LV",
    "lithuania": "LT", "luxembourg": "LU", "malaysia": "MY", "mexico": "MX", "morocco": "MA",
    "netherlands": "NL", "new zealand": "NZ", "nigeria": "NG", "norway": "NO", "oman": "OM",
    "pakistan": "PK", "peru": "PE", "philippines": "PH", "poland": "PL", "portugal": "PT", "qatar": "QA",
    "romania": "RO", "saudi arabia": "SA", "singapore": "SG", "slovakia": "SK", "slovenia": "SI",
    "south africa": "ZA", "south korea": "KR", "spain": "ES", "sri lanka": "LK", "sweden": "SE",
    "switzerland": "CH", "taiwan": "TW", "thailand": "TH", "turkey": "TR", "uganda": "UG", "ukraine": "UA",
    "united arab emirates": "AE", "uae": "AE", "united kingdom": "GB", "uk": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "united states": "US", "usa": "US", "us": "US",
    "united states of america": "US", "vietnam": "VN",
}  # fmt: skip


def region_of(country: str) -> str:
    """Return the two-letter region of a country's name or code; empty when it is unknown."""
    name = country.strip().lower()
    if len(name) == 2 and name.upper() in REGIONS.values():
        return name.upper()
    return REGIONS.get(name, "")
