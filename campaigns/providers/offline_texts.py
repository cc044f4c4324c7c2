"""What the invented companies of the offline web say about themselves, by line of business."""

#: what the domain's words mean: line of business → (what they do, whom they serve, what they sell)
BUSINESSES = {
    "dental": ("a dental practice", "families", ("Check-ups", "Implants", "Clear aligners", "Emergencies")),
    "law": ("a law firm", "owners of small firms", ("Contracts", "Employment", "Property", "Disputes")),
    "realty": ("an estate agency", "buyers and sellers", ("Sales", "Lettings", "Valuations", "Management")),
    "kitchen": ("a restaurant group", "guests and events", ("Dining", "Catering", "Events", "Gift cards")),
    "fitness": ("a fitness studio", "members of every age", ("Membership", "Groups", "Coaching", "Diets")),
    "software": ("a software company", "finance teams", ("Invoicing", "Reporting", "Add-ons", "Support")),
    "health": ("a clinic", "patients", ("Consultations", "Diagnostics", "Physiotherapy", "Prevention")),
    "freight": ("a freight company", "shops and makers", ("Road freight", "Storage", "Customs", "Last mile")),
    "media": ("a marketing agency", "local brands", ("Branding", "Search", "Video", "Social media")),
    "build": ("a building contractor", "homeowners", ("Extensions", "Roofing", "New builds", "Repairs")),
    "": ("a service company", "businesses nearby", ("Consulting", "Projects", "Maintenance", "Training")),
}  # fmt: skip
#: words of a domain that tell the line of business
CUES = {
    "dental": ("dental", "dentistry", "orthodontics", "smile"),
    "law": ("law", "legal", "attorneys", "counsel"),
    "realty": ("realty", "homes", "property", "estate"),
    "kitchen": ("kitchen", "bistro", "table", "grill", "dining"),
    "fitness": ("fitness", "strength", "gym", "movement", "athletics"),
    "software": ("software", "labs", "systems", "cloud", "technologies"),
    "health": ("health", "clinic", "medical", "care", "wellness"),
    "freight": ("logistics", "freight", "transport", "supply", "cargo"),
    "media": ("media", "creative", "marketing", "studio", "agency"),
    "build": ("builders", "construction", "contractors", "works"),
}  # fmt: skip
PAINS = (
    "Our phones are busy in the mornings, so please be patient when you call.",
    "We are struggling to find qualified staff in our area.",
    "Waiting times are currently up to three weeks.",
    "Many customers still have to book by phone because our online form is limited.",
    "Keeping up with enquiries by hand is a challenge for our small team.",
    "Rising costs have forced us to change some of our prices.",
    "We still rely on spreadsheets to plan the week.",
    "Missed appointments remain our biggest problem.",
)
SIGNALS = (
    "We are hiring: join us as {role}.",
    "This year we are opening a second location near {place}.",
    "We are looking for a new partner to handle our follow-ups.",
    "We are moving our customer records to a new system by the end of the year.",
    "Our team has doubled in two years.",
    "We plan to invest in online booking this year.",
    "We are currently comparing tools for customer communication.",
)
NEWS = (
    "{name} opens new rooms near {place}",
    "{name} wins the local service award",
    "New partnership with the local business council",
    "{name} welcomes {first} as head of operations",
    "{name} announces longer opening hours",
    "{name} launches a new website",
)
ROLES = ("office coordinator", "customer adviser", "operations manager", "receptionist", "sales assistant")
PLACES = ("the market square", "the old harbour", "the north gate", "the university", "the central station")
FIRSTS = ("Amara", "Elena", "Joel", "Mina", "Oliver", "Priya", "Ruth", "Tomas", "Yara", "Zoe")
LASTS = ("Baker", "Clarke", "Dalton", "Hughes", "Iyer", "Morgan", "Novak", "Patel", "Walsh", "Young")
#: what stands in the page → where: a header, the head of the page
TOOLS: tuple[tuple[str, dict[str, str]], ...] = (
    ('<meta name="generator" content="WordPress 6.8">', {}),
    ('<script src="https://cdn.shopify.com/s/files/theme.js"></script>', {}),
    ('<script async src="https://www.googletagmanager.com/gtag/js?id=G-000"></script>', {}),
    ('<script src="https://js.hs-scripts.com/0000.js"></script>', {}),
    ('<script src="https://assets.calendly.com/assets/external/widget.js"></script>', {}),
    ('<script src="https://js.stripe.com/v3/"></script>', {}),
    ('<script src="https://connect.facebook.net/en_US/fbevents.js"></script>', {}),
    ("", {"Server": "nginx"}),
    ("", {"X-Powered-By": "PHP/8.4"}),
)
