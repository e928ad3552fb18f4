"""What the desk and the sheet of a challenge say in one wording: who gives, what is left, what lacks, since when."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext, ngettext

from matcher.queries.desk import Choice, Chosen
from web.i18n import amount, lang, say

#: What a peer is chosen by, of all that its explanation says.
_OF_A_PEER = ("near", "distant", "kept", "full")


def init_app(app: Flask) -> None:
    """Give templates these words as filters."""
    filters = (giver, left, place, lacks, beside, waits, of_a_peer)
    app.jinja_env.filters.update({filter_.__name__: filter_ for filter_ in filters})


# --- an offer --------------------------------------------------------------------------------------------------------


def giver(choice: Choice) -> str:
    """``AMIK BSI (Akademisi, Kota Sukabumi)``."""
    party = choice.giver
    kind = say(party.sector) if party.sector else str(gettext("library"))
    return f"{party.name} ({', '.join(part for part in (kind, choice.place) if part)})"


def left(choice: Choice) -> str:
    """``sisa 4 unit (2 unit sedang diusulkan)``."""
    offer = choice.offer
    if choice.left is None:
        told = str(gettext("amount not set yet"))
    else:
        told = str(gettext("%(amount)s left", amount=amount(choice.left, offer.unit, offer.every)))
    if not choice.soft:
        return told
    held = gettext("(%(amount)s being proposed)", amount=amount(choice.soft, offer.unit))
    return f"{told} {held}"


def of_a_peer(choice: Choice) -> list[str]:
    """What speaks for and against asking a library that solved it before."""
    told = choice.told
    return [reason.say(lang()) for reason in told.speaks_for + told.against if reason.code in _OF_A_PEER]


# --- a challenge -----------------------------------------------------------------------------------------------------


def place(one: Chosen) -> str:
    """``Desa Pasawahan, Kec. Cicurug``; nothing where it is not known."""
    village = gettext("Desa %(village)s", village=one.village)
    return f"{village}, Kec. {one.kecamatan}" if one.village else ""


def lacks(one: Chosen) -> str:
    """``Kurang 3 unit``."""
    challenge = one.challenge
    return str(gettext("Lacks %(amount)s", amount=amount(one.gap, challenge.unit, challenge.every)))


def beside(one: Chosen) -> str:
    """What follows `lacks`: `` dari 5 unit; punya 2 unit.``."""
    challenge, told = one.challenge, ""
    if challenge.quantity is not None and one.gap != challenge.quantity:
        whole = amount(challenge.quantity, challenge.unit, challenge.every)
        told += " " + str(gettext("of %(amount)s", amount=whole))
    if challenge.have is not None:
        told += "; " + str(gettext("has %(amount)s", amount=amount(challenge.have, challenge.unit)))
    return f"{told}."


def waits(days: int) -> str:
    """``menunggu 12 hari``."""
    return str(ngettext("waiting for %(num)s day", "waiting for %(num)s days", days) if days else gettext("new today"))
