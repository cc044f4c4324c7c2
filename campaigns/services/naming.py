"""How outside services and their operations are called on screen; rows keep the short names."""

SERVICES = {
    "apollo": "Apollo", "cerebras": "Cerebras", "directory": "Directory", "dropcontact": "Dropcontact",
    "email": "E-mail", "hunter": "Hunter", "llm": "Language model", "openai": "OpenAI",
    "offline": "Offline", "outscraper": "Outscraper", "post_office": "Offline post office",
    "sendgrid": "SendGrid", "smtp": "SMTP", "twilio": "Twilio", "web": "Websites",
}  # fmt: skip
OPERATIONS = {"email_finding": "e-mail finding", "email_verification": "e-mail verification"}


def service(name: str) -> str:
    """Return a service's name as its maker writes it; an unknown one is made readable."""
    return SERVICES.get(name) or name.replace("_", " ").capitalize()


def operation(name: str) -> str:
    """Return what was asked of a service, in words."""
    return OPERATIONS.get(name) or name.replace("_", " ")
