"""What can go wrong with a USB key, each with a sentence and a way out."""

from __future__ import annotations

from angrilien.errors import KnownError, Way


class NoCarrier(KnownError):
    """The programme lists no box key to seal to."""

    sentence = "Le programme n’a pas prévu d’envoi par clé USB. Appelez-le."
    button = "Voir l’aide"
    way = Way.HELP


class NoVenueCode(KnownError):
    """A laptop that is not registered and has no code has nothing that the server would take."""

    sentence = "Il manque le code du lieu. Écrivez-le d’abord."
    button = "Écrire le code"
    way = Way.VENUE_CODE


class NothingToSend(KnownError):
    """Nothing is unsent."""

    sentence = "Tout est déjà envoyé. Rien n’est à mettre sur la clé."
    no_button = "there is nothing to do"


class KeyFull(KnownError):
    """There is no room for the file."""

    sentence = "Cette clé USB est pleine. Rien n’est perdu. Prenez-en une autre."
    button = "Choisir une autre clé"
    way = Way.ELSEWHERE


class KeyReadOnly(KnownError):
    """Protected, or not ours to write."""

    sentence = "Cette clé USB ne se laisse pas écrire. Rien n’est perdu. Prenez-en une autre."
    button = "Choisir une autre clé"
    way = Way.ELSEWHERE


class KeyGone(KnownError):
    """Pulled out while it was written, or broken."""

    sentence = "La clé USB ne répond plus. Rien n’est perdu. Remettez-la, puis recommencez."
    button = "Recommencer"
    way = Way.ELSEWHERE


class NotAReceipt(KnownError):
    """Nothing in the file is the programme's word."""

    sentence = "Ce fichier n’est pas un reçu du programme. Rien n’a changé."
    button = "Choisir un autre fichier"
    way = Way.ELSEWHERE


class ReceiptNewer(KnownError):
    """A later version of the server made it."""

    sentence = "Ce reçu vient d’une version plus récente. Rien n’a changé."
    button = "Voir l’aide"
    way = Way.HELP


class ReceiptElsewhere(KnownError):
    """It is this programme's, and about another laptop."""

    sentence = "Ce reçu est celui d’un autre ordinateur. Rien n’a changé."
    button = "Choisir un autre fichier"
    way = Way.ELSEWHERE
