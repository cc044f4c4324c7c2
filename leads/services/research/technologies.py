"""Which software a website shows: a small table of marks in scripts, the generator and headers."""

from collections.abc import Iterable, Mapping

#: software → marks, any of which tells it
MARKS: dict[str, tuple[str, ...]] = {
    "WordPress": ("wordpress", "/wp-content/", "/wp-includes/"),
    "WooCommerce": ("woocommerce",),
    "Shopify": ("cdn.shopify.com",),
    "Wix": ("static.wixstatic.com", "wix.com website builder"),
    "Squarespace": ("squarespace",),
    "Webflow": ("webflow",),
    "Drupal": ("drupal",),
    "Joomla": ("joomla",),
    "TYPO3": ("typo3",),
    "HubSpot": ("js.hs-scripts.com", "js.hsforms.net", "hubspot"),
    "Salesforce": ("salesforce.com", "pardot.com", "force.com"),
    "Google Analytics": ("googletagmanager.com/gtag", "google-analytics.com"),
    "Google Tag Manager": ("googletagmanager.com/gtm",),
    "Meta Pixel": ("connect.facebook.net",),
    "LinkedIn Insight": ("snap.licdn.com",),
    "Hotjar": ("static.hotjar.com",),
    "Matomo": ("matomo",),
    "Plausible": ("plausible.io",),
    "Intercom": ("widget.intercom.io",),
    "Zendesk": ("zdassets.com", "zopim"),
    "Drift": ("js.driftt.com",),
    "Tawk.to": ("embed.tawk.to",),
    "Calendly": ("assets.calendly.com",),
    "Mailchimp": ("chimpstatic.com", "list-manage.com"),
    "Klaviyo": ("klaviyo",),
    "Stripe": ("js.stripe.com",),
    "PayPal": ("paypal.com/sdk", "paypalobjects.com"),
    "Typeform": ("embed.typeform.com",),
    "reCAPTCHA": ("google.com/recaptcha",),
    "Cloudflare": ("cloudflare", "cdnjs.cloudflare.com"),
    "nginx": ("nginx",),
    "Apache": ("apache",),
    "Microsoft IIS": ("microsoft-iis",),
    "PHP": ("php/",),
    "ASP.NET": ("asp.net",),
    "Next.js": ("/_next/", "next.js"),
    "Nuxt": ("/_nuxt/",),
    "React": ("react-dom", "react.production"),
    "jQuery": ("jquery",),
}
HEADERS = ("server", "x-powered-by", "x-generator", "via")


def marks_of(headers: Mapping[str, str]) -> list[str]:
    """Return what the headers of an answer give away."""
    named = {name.lower(): value for name, value in headers.items()}
    return [f"{name}: {named[name][:120]}" for name in HEADERS if named.get(name)]


def found_in(marks: Iterable[str]) -> dict[str, str]:
    """Return the software that the marks tell, each with the mark that told it."""
    known = [(mark, mark.lower()) for mark in marks]
    found = {}
    for name, tells in MARKS.items():
        proof = next((mark for mark, low in known if any(tell in low for tell in tells)), None)
        if proof is not None:
            found[name] = proof
    return found
