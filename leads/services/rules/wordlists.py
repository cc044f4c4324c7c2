"""Lists of plain words that other rooms look things up in."""

#: domains where anybody gets an address
FREE_MAIL = frozenset({
    "126.com", "163.com", "aol.com", "att.net", "bol.com.br", "btinternet.com", "comcast.net", "daum.net",
    "fastmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
    "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "libero.it",
    "live.co.uk", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr",
    "outlook.com", "outlook.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "sbcglobal.net",
    "sina.com", "sky.com", "t-online.de", "terra.com.br", "tiscali.it", "tutanota.com", "uol.com.br",
    "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de", "yahoo.co.in", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip

#: the legal form at the end of a company's name
COMPANY_SUFFIXES = frozenset({
    "ab", "ag", "aps", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated",
    "kg", "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "private", "pty", "pvt", "sa", "sarl",
    "sas", "spa", "srl",
})  # fmt: skip
