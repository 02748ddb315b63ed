"""Microsoft names time zones in a way of its own; the rest of the world uses IANA's names.

    zone_name("W. Europe Standard Time")  →  "Europe/Berlin"
    zone_name("Customized Time Zone")     →  "Customized Time Zone": nobody's, so shown as it came

The table is tzlocal's, made from windowsZones.xml of the Unicode CLDR. In Microsoft Graph any of
these names may stand in dateTimeTimeZone.timeZone (learn.microsoft.com/graph).
"""

from tzlocal.windows_tz import win_tz

LONGEST = 64
# CLDR keeps the first name of a zone; these are the names since (file `backward` of the IANA data).
RENAMED = {
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
}
_IANA = {name.casefold(): RENAMED.get(zone, zone) for name, zone in win_tz.items()}


def zone_name(name: str) -> str:
    """The IANA name of a zone, where one is known."""
    name = name.strip()
    return _IANA.get(name.casefold(), name)[:LONGEST]
