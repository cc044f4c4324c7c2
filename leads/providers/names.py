"""Words from which the offline directory invents people and companies."""

FIRST = (
    "Aisha", "Alan", "Amara", "Andre", "Anita", "Ben", "Bianca", "Caleb", "Camille", "Carlos", "Chen",
    "Chloe",
    "Dana", "Darius", "Elena", "Elias", "Emeka", "Erin", "Fatima", "Felix", "Gareth", "Grace", "Hana", "Hugo",
    "Imani", "Ines", "Ivan", "Jamal", "Jasmine", "Joel", "Jonas", "Julia", "Karim", "Kate", "Kofi", "Lars",
    "Laura", "Leila", "Liam", "Linh", "Lucia", "Malik", "Marta", "Mei", "Miguel", "Mina", "Nadia", "Nikhil",
    "Nora", "Oliver", "Omar", "Paula", "Pedro", "Priya", "Quinn", "Rahul", "Rosa", "Ruth", "Samir", "Sara",
    "Sofia", "Tariq", "Teresa", "Tomas", "Uma", "Vera", "Victor", "Wei", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Adeyemi", "Ahmed", "Alvarez", "Andersen", "Baker", "Bauer", "Brooks", "Carter", "Castillo", "Chandra",
    "Clarke", "Costa", "Dalton", "Dubois", "Ellis", "Eze", "Farah", "Fischer", "Flores", "Foster", "Garcia",
    "Grant", "Gupta", "Haddad", "Hayes", "Hughes", "Ibrahim", "Iyer", "Jansen", "Kapoor", "Keller", "Kim",
    "Kowalski", "Larsen", "Lee", "Lindgren", "Lopez", "Mbeki", "Mendez", "Meyer", "Moreau", "Morgan", "Nair",
    "Nguyen", "Novak", "Okafor", "Olsen", "Ortiz", "Owens", "Park", "Patel", "Pereira", "Petrov", "Quintero",
    "Rahman", "Reyes", "Rossi", "Saito", "Sharma", "Silva", "Singh", "Stein", "Suzuki", "Tanaka", "Torres",
    "Vasquez", "Walsh", "Weber", "Wong", "Yamada", "Young", "Zhang",
)  # fmt: skip
COMPANY_FIRST = (
    "Amber", "Bluebird", "Bright", "Cedar", "Cobalt", "Copper", "Crescent", "Driftwood", "Eastgate", "Elm",
    "Ember", "Evergreen", "Fairview", "Fernhill", "Golden", "Granite", "Harbor", "Hawthorn", "Highland",
    "Indigo", "Ivy", "Juniper", "Keystone", "Lakeside", "Lantern", "Linden", "Magnolia", "Maple", "Meadow",
    "Northstar", "Oak", "Orchard", "Pinewood", "Prairie", "Quartz", "Redwood", "Riverside", "Sable", "Sage",
    "Silver", "Southpoint", "Stonebridge", "Summit", "Sunrise", "Tamarack", "Three Rivers", "Vista",
    "Westfield", "Willow", "Windward",
)  # fmt: skip
_SECOND = {
    "dental": ("Dental", "Family Dentistry", "Orthodontics", "Smile Studio", "Dental Care", "Dental Group"),
    "dentist": ("Dental", "Family Dentistry", "Orthodontics", "Smile Studio", "Dental Care", "Dental Group"),
    "law": ("Law", "Legal Partners", "Attorneys", "Law Group", "Counsel"),
    "real estate": ("Realty", "Homes", "Property Group", "Estates", "Real Estate"),
    "restaurant": ("Kitchen", "Bistro", "Table", "Grill", "Dining Group"),
    "fitness": ("Fitness", "Strength", "Gym", "Movement Studio", "Athletics"),
    "software": ("Software", "Labs", "Systems", "Cloud", "Technologies"),
    "health": ("Health", "Clinic", "Medical Group", "Care Partners", "Wellness"),
    "logistics": ("Logistics", "Freight", "Transport", "Supply", "Cargo"),
    "marketing": ("Media", "Creative", "Marketing", "Studio", "Agency"),
    "construction": ("Builders", "Construction", "Contractors", "Homes", "Works"),
}
_ANY = ("Group", "Partners", "Services", "Solutions", "Works", "Company")
#: by size of the company: the owner does it all, there are managers, there are departments
TITLES = (
    ("Owner", "Founder", "Practice Manager", "Office Manager", "Managing Director", "Partner",
     "Receptionist"),
    ("Managing Director", "Operations Manager", "Office Manager", "Head of Marketing", "Sales Manager",
     "Finance Manager", "Team Lead", "Coordinator"),
    ("Chief Executive Officer", "Chief Operating Officer", "VP Sales", "Director of Operations",
     "Marketing Director", "Head of Finance", "IT Manager", "Project Manager", "Account Executive",
     "Analyst"),
)  # fmt: skip
SIZES = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 14, 16, 18, 22, 25, 30, 38, 45, 60, 75, 90, 140, 220, 400)
REVIEWS = (0, 2, 4, 8, 12, 18, 25, 33, 41, 58, 76, 94, 120, 160, 210, 340, 620)
TECHNOLOGIES = (
    "WordPress", "Google Analytics", "Mailchimp", "HubSpot", "Salesforce", "Shopify", "Square", "QuickBooks",
    "Calendly", "Zendesk", "Stripe", "Meta Pixel",
)  # fmt: skip


def company_second(vertical: str) -> tuple[str, ...]:
    """Return how companies of a vertical end their names."""
    words = vertical.lower()
    known = next((endings for key, endings in _SECOND.items() if key in words), None)
    title = vertical.strip().title()[:30]
    return known or ((*_ANY, f"{title} Group") if title else _ANY)
