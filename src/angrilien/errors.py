"""The two kinds of error of the whole application.

A `KnownError` is the world's fault (a full disk, a wrong phrase, a page that is not our server): it
carries one sentence that a person can act on. A `BugError` is ours and becomes a report.

Neither ever carries personal data: a value shown back is one the person has just typed on the same
screen, and it is kept in `values`, never in the text that a log would print.

Every KnownError has one way out: a `button` and the `way` that it goes, or a stated reason why
there is no button. A `FieldProblem` has none: it stands at its field, which keeps what was typed.
What each way does stands in `ui.ways`; a test walks all errors.
"""

from __future__ import annotations

import enum
from typing import ClassVar


class Way(enum.Enum):
    """Where the one button of an error leads; `ui.ways` knows how to get there."""

    NONE = "none"
    RETRY = "retry"
    """What was refused is asked again, as it was."""
    HELP = "help"
    """The help of the screen in sight."""
    TODAY = "today"
    """The workshops of today."""
    START = "start"
    """The first start: there is no notebook yet."""
    OPEN = "open"
    """The screen that opens the notebook."""
    COPIES = "copies"
    """The safety copies."""
    VENUE_CODE = "venue_code"
    """The screen where the code du lieu is typed."""
    SEND = "send"
    """One try to send, at once."""
    TECHNICAL = "technical"
    """What to show to whoever helps."""
    ELSEWHERE = "elsewhere"
    """The question in sight is asked again, so that something else is chosen."""


class KnownError(Exception):
    """Something outside went wrong; `str()` gives its code, `text()` the French sentence.

    The sentence is a template in the language of the source texts (French). The user interface
    passes it through its translator with the context `KnownError` before filling it in; the command
    line prints it as it is.

    Attributes:
        sentence: French template, filled in by `text()` with the keyword values given at raising.
        button: French label of the one way out, empty where there is none.
        way: where that button leads.
        no_button: why closing the message is enough, for those who read the code.
    """

    sentence: ClassVar[str] = "Cela n’a pas marché. Rien n’est perdu."
    button: ClassVar[str] = ""
    way: ClassVar[Way] = Way.NONE
    no_button: ClassVar[str] = "never raised as such: `Mistake` is"

    def __init__(self, **values: str | int) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    def text(self, template: str | None = None) -> str:
        """Return the sentence, or its translation `template`, with its values filled in."""
        return (template if template is not None else self.sentence).format(**self.values)


class BugError(Exception):
    """A promise of our own code was broken. The text names the promise, never a person."""


class Mistake(KnownError):
    """How a mistake of ours is said. What happened is in the log, and only there."""

    button = "Voir les détails"
    way = Way.TECHNICAL


class FieldProblem(KnownError):
    """What was typed in one field cannot be accepted; what was typed is kept.

    Args:
        field: the field's name in the form's dataclass, so that the screen can point at it.
    """

    no_button = "it stands at its field, which keeps what was typed and has the focus"

    def __init__(self, field: str, **values: str | int) -> None:
        super().__init__(**values)
        self.field = field


# --- what was typed -----------------------------------------------------------------------------


class Missing(FieldProblem):
    sentence = "Cette case est vide. Écrivez quelque chose."


class NameMissing(FieldProblem):
    sentence = "Écrivez un prénom ou un nom. L’un des deux suffit."


class TooLong(FieldProblem):
    sentence = "C’est trop long\u00a0: {limit} caractères au plus."


class NotADate(FieldProblem):
    sentence = "Cette date n’existe pas. Écrivez par exemple 25/11."


class NotAnHour(FieldProblem):
    sentence = "Cette heure n’existe pas. Écrivez par exemple 14\u00a0h\u00a030."


class EndBeforeStart(FieldProblem):
    sentence = "La fin est avant le début. Vérifiez les heures."


class UnknownCommune(FieldProblem):
    sentence = "Cette commune n’est pas dans la liste. Choisissez-la dans la liste."


class NotAYear(FieldProblem):
    sentence = "L’année de naissance s’écrit avec quatre chiffres, par exemple 1948."


class NotANumber(FieldProblem):
    sentence = "Écrivez un nombre entre {low} et {high}."


class NotACode(FieldProblem):
    sentence = "Ce code n’est pas juste. Vérifiez chaque lettre."


class NoTheme(FieldProblem):
    sentence = "Choisissez au moins un thème."


class UnknownTheme(FieldProblem):
    sentence = "Ce thème n’est pas de la liste. Choisissez-en un autre."


class UnknownVenue(FieldProblem):
    sentence = "Ce lieu n’est pas l’un des vôtres. Choisissez-en un autre."


class PassphraseDiffers(FieldProblem):
    sentence = "Les deux phrases ne sont pas les mêmes. Regardez le mot {word}."


class CodeNotSixDigits(FieldProblem):
    sentence = "Le code secret a six chiffres."


class CodeTooSimple(FieldProblem):
    sentence = "Ce code est trop facile à deviner. Choisissez-en un autre."


class CodeLooksLikeADate(FieldProblem):
    sentence = "Ce code ressemble à une date. Choisissez-en un autre."


class CodesDiffer(FieldProblem):
    sentence = "Les deux codes ne sont pas les mêmes."


class CardTaken(FieldProblem):
    """The card of a new person belongs to somebody since it was read."""

    sentence = "Cette carte est déjà à quelqu’un. Passez-en une autre, ou retirez-la."


class EmptySignature(KnownError):
    sentence = "Le cadre est vide. Une croix suffit."
    no_button = "it stands at the frame of the signature"


# --- the trade ----------------------------------------------------------------------------------


class SheetAlreadyClosed(KnownError):
    sentence = "La feuille est terminée. Elle ne change plus."
    button = "Voir les ateliers"
    way = Way.TODAY


class NothingToCorrect(KnownError):
    sentence = "Rien n’a changé sur cette ligne. Écrivez ce qui est juste."
    no_button = "the fields in sight are where it is written"


class NoSheet(KnownError):
    sentence = "Aucune feuille n’est terminée pour l’instant."
    no_button = "there is nothing to do"


class LineErased(KnownError):
    sentence = "Cette ligne a été effacée. Elle ne peut plus être corrigée."
    no_button = "the list in sight is where another line is chosen"


class NotAPhoto(KnownError):
    sentence = "Ce fichier n’est pas une photo."
    button = "Choisir un autre fichier"
    way = Way.ELSEWHERE


class PhotoTooLarge(KnownError):
    sentence = "Cette photo dépasse {size} Mo. Prenez-en une plus petite."
    button = "Choisir un autre fichier"
    way = Way.ELSEWHERE


class PhotoGone(KnownError):
    """Let go of after the server had it in a backup, or damaged."""

    sentence = "Cette photo n’est plus sur cet ordinateur."
    no_button = "there is nothing to do: the programme keeps what was sent"


class WorkshopGone(KnownError):
    sentence = "Cet atelier n’est plus dans la liste."
    button = "Voir les ateliers"
    way = Way.TODAY


class NothingToUndo(KnownError):
    sentence = "Il n’y a rien à annuler."
    no_button = "there is nothing to do"


class ChangedSince(KnownError):
    sentence = "Cette ligne a changé depuis. Le geste n’est pas annulé."
    no_button = "the list shows the line as it is now"


# --- the laptop ---------------------------------------------------------------------------------


class WrongPassphrase(KnownError):
    sentence = "Ce n’est pas la bonne phrase de passe. Vérifiez chaque mot."
    no_button = "it stands at its field, which keeps what was typed"


class CopyDamaged(KnownError):
    sentence = "Cette copie est abîmée. Choisissez-en une autre. Rien n’a changé."
    no_button = "the list in sight is where another one is chosen"


class TooManySlots(KnownError):
    sentence = "Cet ordinateur a déjà 32 animateurs. Retirez quelqu’un d’abord."
    no_button = "the list in sight is where somebody is removed"


class LastSlot(KnownError):
    sentence = "Une personne au moins doit pouvoir ouvrir cet ordinateur."
    no_button = "the list in sight is where somebody is added"


class NoCustodians(KnownError):
    sentence = "Le programme n’a pas prévu de secours pour cet ordinateur. Appelez-le."
    button = "Voir l’aide"
    way = Way.HELP


class NoRequest(KnownError):
    sentence = "Cet ordinateur n’a rien demandé. Faites d’abord une demande."
    no_button = "the screen in sight is where it is asked"


class AnswerForeign(KnownError):
    sentence = "Cette réponse est celle d’une autre demande. Rien n’a changé."
    button = "Choisir un autre fichier"
    way = Way.ELSEWHERE


class OrderRefused(KnownError):
    sentence = "Cet ordre n’est pas pour cet ordinateur. Rien n’a changé."
    no_button = "there is nothing that an animateur can do about it"


class Retired(KnownError):
    sentence = "Cet ordinateur n’est plus autorisé. Appelez le programme."
    button = "Voir l’aide"
    way = Way.HELP


class BoxNotYours(KnownError):
    sentence = "Cette clé de secours n’ouvre pas cette demande."
    no_button = "said on the custodian's command line"


class NotebookMissing(KnownError):
    sentence = "Il n’y a pas encore de cahier sur cet ordinateur."
    button = "Commencer un cahier"
    way = Way.START


class NotebookExists(KnownError):
    sentence = "Un cahier existe déjà ici. Il n’a pas été touché."
    button = "Ouvrir ce cahier"
    way = Way.OPEN


class NotebookDamaged(KnownError):
    sentence = "Le cahier de cet ordinateur est abîmé. Rien n’a été modifié. Appelez le programme."
    button = "Voir les copies"
    way = Way.COPIES


class NotebookForeign(KnownError):
    sentence = "Ce fichier n’est pas un cahier de cet ordinateur. Il n’a pas été touché."
    button = "Voir les copies"
    way = Way.COPIES


class NotebookNewer(KnownError):
    sentence = "Ce cahier vient d’une version plus récente. Il n’a pas été touché."
    button = "Voir l’aide"
    way = Way.HELP


class DiskFull(KnownError):
    sentence = "Le disque est plein. Libérez de la place, puis recommencez."
    button = "Réessayer"
    way = Way.RETRY


class DiskHiccup(KnownError):
    """A read or a write failed for a moment; the file was opened anew, and is sound."""

    sentence = "Le disque n’a pas répondu. Regardez l’écran, puis recommencez."
    no_button = "whether the gesture was kept is to be looked at before it is made again"


class FolderReadOnly(KnownError):
    sentence = "Angrilien ne peut pas écrire dans son dossier. Appelez le programme."
    button = "Réessayer"
    way = Way.RETRY


class AlreadyOpen(KnownError):
    sentence = "Angrilien est déjà ouvert sur cet ordinateur, mais ne répond pas."
    button = "Réessayer"
    way = Way.RETRY


class OpenElsewhere(KnownError):
    sentence = "Angrilien est déjà ouvert dans une autre session. Fermez-le d’abord là-bas."
    button = "Réessayer"
    way = Way.RETRY


class PrinterMissing(KnownError):
    sentence = "Aucune imprimante n’a été trouvée. La feuille peut être enregistrée en PDF."
    button = "Enregistrer en PDF"
    way = Way.ELSEWHERE


class PrinterRefused(KnownError):
    sentence = "La feuille n’a pas été imprimée. Vérifiez l’imprimante."
    button = "Enregistrer en PDF"
    way = Way.ELSEWHERE


class CannotSaveFile(KnownError):
    sentence = "Le fichier n’a pas pu être enregistré. Choisissez un autre dossier."
    button = "Choisir un autre dossier"
    way = Way.ELSEWHERE


# --- the network --------------------------------------------------------------------------------


class NoConnection(KnownError):
    sentence = "Il n’y a pas d’Internet en ce moment."
    button = "Réessayer maintenant"
    way = Way.SEND


class NotOurServer(KnownError):
    sentence = "La réponse ne vient pas du programme. Rien n’est perdu."
    button = "Réessayer maintenant"
    way = Way.SEND


class ServerStumbled(KnownError):
    """The server failed over what was sent (a 500); it is offered again in smaller parts."""

    sentence = "Le programme a un problème de son côté. Rien n’est perdu."
    button = "Réessayer maintenant"
    way = Way.SEND


class CodeRefused(KnownError):
    sentence = "Ce code du lieu a déjà servi, ou n’existe pas."
    button = "Écrire un autre code"
    way = Way.VENUE_CODE


class CodeExpired(KnownError):
    sentence = "Ce code du lieu n’est plus valable. Demandez-en un autre."
    button = "Écrire un autre code"
    way = Way.VENUE_CODE


class TooManyTries(KnownError):
    sentence = "Trop d’essais. Attendez quelques minutes."
    no_button = "waiting is the way out"


class Refused(KnownError):
    """The programme's server answered that it does not take this request."""

    sentence = "Le programme n’a pas accepté l’envoi. Rien n’est perdu."
    button = "Voir l’aide"
    way = Way.HELP


# --- the command line ---------------------------------------------------------------------------


class PortInUse(KnownError):
    sentence = "Le port {port} est déjà utilisé. Choisissez-en un autre avec --port."
    no_button = "said in a terminal only"


class BadProgramme(KnownError):
    sentence = "Le fichier du programme n’est pas valable. Rien n’a été modifié."
    button = "Réessayer"
    way = Way.RETRY


class FileUnreadable(KnownError):
    sentence = "Ce fichier ne peut pas être lu. Vérifiez son nom."
    no_button = "said in a terminal only"


class FileThere(KnownError):
    sentence = "Ce fichier existe déjà. Choisissez un autre nom."
    no_button = "said in a terminal only"
