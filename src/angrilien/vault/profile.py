"""Whether a venue's profile is believed, and each reason why one is not."""

from __future__ import annotations

from angrilien.errors import KnownError
from angrilien.vault.programme import Programme
from angrilien.vault.signing import BadSignature
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage
from angrilien.wire.profile import Profile, open_text, read_profile


class ProfileRefused(KnownError):
    """A profile that is not taken; what was there before stays."""

    sentence = "Le fichier de lieu n’a pas été pris. Rien n’a changé."
    no_button = "the code du lieu can be typed where it is asked for"


class ProfileDamaged(ProfileRefused):
    """It is cut or altered, or nothing of the kind."""

    sentence = "Le fichier de lieu est abîmé. Demandez-en un autre au programme."


class ProfileForeign(ProfileRefused):
    """Another programme's, or signed by a key that the programme does not list."""

    sentence = "Le fichier de lieu est celui d’un autre programme. Rien n’a changé."


class ProfileOtherServer(ProfileRefused):
    """Signed by the programme, for a server whose key the programme's list does not hold."""

    sentence = "Le fichier de lieu mène à une adresse inconnue. Rien n’a changé."


class ProfileExpired(ProfileRefused):
    """Its code has ended."""

    sentence = "Le fichier de lieu n’est plus valable. Demandez un code du lieu."


class ProfileOlder(ProfileRefused):
    """One that was made later is there."""

    sentence = "Un fichier de lieu plus récent est déjà là. Rien n’a changé."


class ProfileOtherVenue(ProfileRefused):
    """The laptop is registered for one venue, the profile is another's."""

    sentence = "Cet ordinateur reste inscrit pour «\u00a0{venue}\u00a0». Rien n’a changé."


class ProfilesSeveral(ProfileRefused):
    """Several files, none of which has the name of the installer."""

    sentence = "Plusieurs fichiers de lieu sont là. N’en gardez qu’un."


class ProfileUnreadable(ProfileRefused):
    """The disk gave no file."""

    sentence = "Le fichier de lieu ne peut pas être lu. Rien n’a changé."


class ProfileNotKept(ProfileRefused):
    """The folder where it is kept refused it."""

    sentence = "Le fichier de lieu n’a pas pu être écrit. Vérifiez les droits."


def check(programme: Programme, text: str) -> Profile:
    """Read the text of a profile that the programme signed. Its dates are the caller's to judge.

    Raises:
        ProfileDamaged: it is no such text, or its signature is not right.
        ProfileForeign: another programme's, or signed by a key that the programme does not list.
        ProfileOtherServer: the server it leads to is none of the programme's.
        ProfileExpired: it was made after the end of the key that signed it.
    """
    try:
        header, payload = open_text(text)
        signer, _ = dsse.read_header(header)
        key = programme.keys.find(signer, "profile")
        if key is None:
            raise ProfileForeign
        programme.check_signed(dsse.PROFILE, payload, header, use="profile")
        profile = read_profile(payload)
    except (BadMessage, BadSignature) as error:
        raise ProfileDamaged from error
    if profile.aud != programme.aud:
        raise ProfileForeign
    if profile.made > key.until:
        raise ProfileExpired
    if programme.keys.find(profile.key, "sign") is None:
        raise ProfileOtherServer
    return profile
