"""What some words always mean: safety rules first (nobody overrules an unsubscribe), then plain phrases.

Six languages: English, German, French, Spanish, Italian, Dutch.
"""

import re
from collections.abc import Iterable

from outreach.services.phrases import any_of as _any

#: The whole answer is one of these words.
STOP_WORDS = frozenset(
    ("stop", "stopall", "end", "quit", "cancel", "unsubscribe", "unsub", "remove", "remove me", "opt out",
     "optout", "opt-out", "abmelden", "abbestellen", "stopp", "désabonner", "desabonner", "désinscrire",
     "baja", "cancelar", "darse de baja", "cancellami", "disiscrivimi", "annulla iscrizione", "afmelden",
     "uitschrijven")
)  # fmt: skip
UNSUBSCRIBE = _any(
    r"\bun-?subscri(be|bed|bing)\b",
    r"\bopt(ing)?[ -]?(me )?out\b",
    r"\b(removed?|delete|strike|erase)\b.{0,15}\b(me|us|my|our|this (e-?mail|address)|address|name|"
    r"contact|data)\b.{0,40}\b(list|mailings?|database|records|system|campaigns?)",
    r"\bremoved? from\b.{0,25}\b(list|mailings?|database|records)\b",
    r"\b(take|get) (me|us|my (name|e-?mail|address)|(this|our) (e-?mail|address)) (off|out of)\b",
    r"\btake\b.{0,20}\boff\b.{0,20}\blist",
    r"\b(delete|erase|remove)\b.{0,12}\b(my|our|any)\b.{0,15}\b(data|details|information|address)",
    r"^\W*(please )?(remove|delete) (me|us)\W*$",
    r"\b(stop|cease|quit) (sending|e-?mailing|mailing|messaging|contacting|spamming|writing|bothering|"
    r"harassing|all contact|all mail|all communication|(the|these|this|your|with the) (e-?mails?|messages|"
    r"spam))",
    r"\b(do not|don'?t|never|must not|not want( you)? to)\b (ever |please |even |keep )?(e-?mail|contact|"
    r"write( to)?|message|call|bother|send( to)?|text)\b.{0,8}\b(me|us|again|any ?more|further|"
    r"anything)\b(?!.{0,40}\b(until|till|before|instead|but)\b)",
    r"\bno (more|further) (e-?mails?|mails?|messages?|contact)\b",
    r"\b(not|don'?t|no longer) (want|wish)( to)? (receiv|get|any|these|your|more)\w* .{0,12}\b(e-?mail|"
    r"mail|message)",
    r"\blose my (number|e-?mail|address)\b",
    r"\b(this|it|you'?re|that) ?(is|'s)? (pure |just )?spam(ming)?\b|\breport(ing|ed)? you\b",
    r"\breport\w* (this|it) as\b|\bmark(ing|ed)? (you|this|it) as spam\b",
    r"\b(never|did ?n[o']t) (sign|signed|subscribe[d]?|opt(ed)?[ -]in|consent(ed)?)\b",
    r"\b(leave me alone|go away|cease and desist)\b",
    r"\b(aus|von)\b.{0,25}\b(verteiler|liste|datenbank)\b|\babmelden\b|\babbestellen\b|\baustragen\b",
    r"\bkeine (weiteren |mehr )?(e-?mails?|nachrichten|werbung)|\bdaten\b.{0,20}\blöschen",
    r"\blöschen\b.{0,25}\bdaten",
    r"\b(nicht mehr|nie wieder|kein weiteres mal) (an)?(schreiben|kontaktieren|mailen)",
    r"\b(schreiben|kontaktieren) sie mi(r|ch) (bitte )?nicht",
    r"\b(désinscri|desinscri|désabonn|desabonn)",
    r"\bne (me |nous |m'|plus m'|plus (me|nous) ).{0,15}(contact|écri|envoy|sollicit)",
    r"\b(retire[rz]|supprime[rz])\b.{0,25}\b(liste|adresse|données|mail)|\bplus (me|nous) (contact|écri)",
    r"\b(dar(me|se)?|dé(n)?me|den(me)?) de baja|\bbaja de (su|la|esta)",
    r"\bno me (envíen|envien|escrib|contact|mand)|\b(elimin|borr)\w{1,8}\b.{0,25}\b(lista|datos|correo)",
    r"\bcancella\w{0,6}\b.{0,25}\b(lista|mailing|dati|iscrizione)|\bdisiscriv",
    r"\bnon (mi )?(scriv|contatt|invi)\w*(mi)?\b.{0,6}\bpiù",
    r"\b(uitschrijven|afmelden)\b|\bschrijf m(ij|e) uit\b|\bgeen (e-?)?mails? meer",
    r"\bverwijder\b.{0,25}\b(lijst|adres|gegevens)",
)  # fmt: skip
OUT_OF_OFFICE = _any(
    r"\bout of (the )?office\b|\bOOO\b|\bauto(matic)?[ -]?repl",
    r"\b(on|taking) (annual |parental |maternity |paternity |sick |medical |family )?(leave|vacation|"
    r"holidays?|pto)\b",
    r"\b(i am|i'm|i will be|i'll be|we are|currently)\b.{0,25}\b(away|travelling|traveling|offline|"
    r"out sick|out from|out until|out on|out this|abroad)\b",
    r"\blimited (access|connectivity)\b|\bwith(out| no) (internet|access to)\b",
    r"\boffices? (is|are|will be) closed\b",
    r"\b(attending|at) (a|the) (conference|trade fair|trade show|off-?site)\b",
    r"\bback (at my desk|in the office|from (vacation|holiday|leave))\b|\bwhen i('m| am)? (back|return)\b",
    r"\bupon my return\b|\bon my return\b",
    r"\bnicht im (büro|haus|hause)\b|\bim urlaub\b|\babwesen(d|heit)\b",
    r"\bwieder (erreichbar|im büro|für sie da)\b",
    r"\babsente? (du|jusqu)|\ben congés?\b|\bde retour le\b|\bde vacances\b",
    r"\bfuera de (la )?oficina\b|\bde vacaciones\b|\bestaré ausente\b",
    r"\bfuori (sede|ufficio)\b|\bin ferie\b|\bsono assente\b",
    r"\bafwezig\b|\bop vakantie\b|\bniet op kantoor\b",
)  # fmt: skip
BOUNCE = _any(
    r"\b5\d\d[ -]#?5\.\d+\.\d+\b|\b4\d\d[ -]4\.\d\.\d\b",
    r"\b55[0-4]\b.{0,40}\b(user|mailbox|recipient|error|unable|reject)",
    r"\b(user|host|recipient|address) (unknown|not found|rejected)\b|\bno such user\b",
    r"\baccount (is |has been )?disabled",
    r"\bdeliver(y|ed)\b.{0,60}\b(fail|delay|permanent|subsystem|status|error)",
    r"\bdelivery status notification\b",
    r"\b(could|was|were|can)(n.t| ?not)\b.{0,25}\b(be )?delivered\b|\bundeliver(able|ed)\b",
    r"\breturned mail\b|\breturning message to sender\b",
    r"\b(mailbox|inbox|account)\b.{0,25}\b(full|unavailable|not monitored|does ?n.t exist|does not exist|"
    r"is disabled)",
    r"\bno longer monitored\b|\bmessage (was |has been )?(still )?(undelivered|blocked|rejected)\b",
    r"\brecipient\b.{0,40}\b(mailbox|inbox|server)\b",
)  # fmt: skip
AUTO_REPLY = _any(
    r"\b(we have|we've|has been) (received|registered|created)\b.{0,60}\b(message|request|inquiry|enquiry|"
    r"ticket|email|within|number)",
    r"\bautomat(ic|ed|isch|ique|ica|ico)\w*\b.{0,20}\b(response|confirmation|message|answer|nachricht|"
    r"réponse|respuesta|risposta)",
    r"\bdo not reply to this (message|e-?mail)\b|\b(ticket|case|reference) (number |id |has been |#)",
    r"\b(reply|respond|answer|be in touch|get back to you)\b.{0,40}\b(within \d|shortly|soon as possible)",
    r"\b(ihre (anfrage|nachricht)) erhalten\b|\bbien reçu votre\b|\bhemos recibido\b|\babbiamo ricevuto\b",
    r"\bhebben uw\b.{0,20}\bontvangen",
)  # fmt: skip
#: Marks that help the model; none of them decides alone.
MARKS: dict[str, tuple[re.Pattern[str], ...]] = {
    "interested": (
        _any(r"\b(let'?s|happy to|glad to|love to|like to|free|available|works for me|set up|jump on|"
             r"book)\b.{0,40}\b(talk|call|chat|demo|meet\w*|look|discuss|learn|walkthrough|calendar|diary|"
             r"trial|start|go)\b",
             r"\b(could|can|shall|may) we (talk|meet|speak|chat|have a call)\b|\bthis is (very )?timely\b",
             r"\b(send|share)\b.{0,20}\b(calendar|invite|link|proposal|quote|contract|more info\w*|"
             r"times)\b",
             r"\b(count me in|sign me up|sounds (good|great|interesting|like)|tell me more|next steps?|"
             r"i'?m in|interested in (learn|hear|see)|very interested|call me|ring)\b",
             r"^\W*(yes|sure|ok|okay|absolutely|definitely|great|perfect)\b",
             r"\b(interessiert mich|passt ihnen|gern(e)?|m'intéresse|me interesa|mi interessa|graag)\b"),
    ),
    "question": (
        _any(r"\?\s*$", r"^\W*(what|how|which|who|where|when|why|is there|are there|do you|does|can (you|"
                        r"it|i|we)|could you|are you|is (it|the))\b[^.!]*\?",
             r"\b(how much|what.{0,12}cost|pricing|price list|soc ?2|integrat\w+|contract length|"
             r"compliant)\b",
             r"\b(was kostet|wie lange|combien|cuánto|quanto costa|wat kost)\b"),
    ),
    "not_now": (
        _any(r"\b(not (right )?now|not at (the|this) (moment|time|point)|bad timing|timing (is|isn'?t)|"
             r"later this year|maybe later|next (quarter|year|month|summer|spring|fall|autumn)|"
             r"circle back|check (back|in again)|follow up (in|later|after)|reach out (again|in|next)|"
             r"try (me )?again|get back to me|ping me|remind me|revisit|park this|too (busy|early)|"
             r"swamped|on hold|frozen|freeze|until (the|our|june|next)|in (a few|three|six|two|"
             r"\d+) (weeks|months)|half a year|not (a|our) priority|postpone|after the (summer|holidays|"
             r"audit))\b",
             r"\b(momentan|derzeit|aktuell)\b.{0,20}\b(nicht|kein)|\bpas pour le moment\b|\bahora no\b",
             r"\bin questo momento no\b|\b(nu|momenteel) (even )?niet\b"),
    ),
    "not_interested": (
        _any(r"\b(no|not|zero|any) interest(ed)?\b|\bno,? thank(s| you)\b|\bthanks,? but no\b",
             r"\bnot (a fit|for us|for me|relevant|something we)\b",
             r"\bis ?n'?t (a fit|for us|for me|something)\b|\b(i'?ll|we'?ll|gonna) pass\b|^\W*pass\b",
             r"\bno need\b|\bdon'?t (need|see)\b|\ball set\b|\bhappy with what\b|\banother direction\b",
             r"\bwe'?re good\b|\bgood luck\b|\bwe (don'?t|do not) do\b|\bno plan\b",
             r"\bwould (not|never) buy\b",
             r"^\W*(no|nope|nah|nein|non|nee)\W*$", r"\bkein interesse\b|\bbrauchen (wir|das) nicht\b",
                                                    r"\bnon merci\b|\bno,? gracias\b|\bno,? grazie\b",
                                                    r"\bnee,? bedankt\b|\bgeen interesse\b"),
    ),
    "referral": (
        _any(r"\b(contact|speak (to|with)|talk (to|with)|reach out to|try|ask for|ask|write to|"
             r"get in touch with|direct|address)\b.{0,30}\b(my|our|the) (colleague|boss|cfo|cto|ceo|coo|"
             r"head|manager|director|team|department|office|procurement|purchasing|hr|it|marketing|sales|"
             r"operations|practice)\b",
             r"\b(looping in|forward(ed|ing)|cc'?(ing)?|copying|adding|passing this|handed this|"
             r"let me introduce)\b",
             r"\b(he|she|they|who|it'?s \w+ who) (handles?|owns?|runs?|decides?|leads?|looks? after|"
             r"is responsible|takes? care|is in charge|can help)\b",
             r"\b(took over|replacement|in (his|her) role|the one to ask|person in charge|right person)\b",
             r"\b(contact|reach out to|talk to|speak to|ask for) (?-i:[A-Z][a-z]+)",
             r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w+",
             r"\b(wenden sie sich|zuständig|kollegin|kollege)\b|\bcollègue\b|\bcompañer[oa]\b|\bcollega\b"),
    ),
    "wrong_person": (
        _any(r"\bwrong (person|number|address|e-?mail|guy)\b",
             r"\b(never|don'?t|no longer) work(ed)? (at|there|for|here)\b|\b(somebody|someone) else\b",
             r"\bnobody (by|with|of) that name\b|\bi am not (?-i:[A-Z])|\bretired\b|\bi left\b",
             r"\bmixed me up\b|\bprivate (address|person)\b|\bnot me\b|\bnothing to do with\b|\bintern\b",
             r"\bfalsche person\b|\barbeite (dort|hier) nicht mehr\b|\btrompez de personne\b",
             r"\bequivocado\b|\bsbagliato persona\b|\bverkeerde persoon\b"),
    ),
    "objection": (
        _any(r"\b(too|far too|very) (expensive|complicated|much|costly)\b|\bprice is higher\b",
             r"\bno budget\b|\b(don'?t|do not) have (the|a) budget\b|\bbad (experience|reviews)\b",
             r"\bhard to justify\b|\bworried\b|\bconcern(ed|s)?\b",
             r"\b(another|current|existing) (vendor|provider|tool)\b|\bswitch(ing)?\b|\bdoubt\b",
             r"\bpay off\b|\blocked into\b|\btried (something|it)\b",
             r"\bzu teuer\b|\btrop cher\b|\bdemasiado caro\b|\btroppo caro\b|\bte duur\b"),
    ),
}  # fmt: skip


def asks_to_stop(text: str) -> bool:
    """Whether somebody wants no more mail: no model may say otherwise."""
    plain = text.strip().strip("\"'.!,*").lower()
    return plain in STOP_WORDS or UNSUBSCRIBE.search(text[:5000]) is not None


def marks(text: str) -> Iterable[str]:
    """Yield the names of the marks a text carries."""
    for label, patterns in MARKS.items():
        if any(pattern.search(text) for pattern in patterns):
            yield label
