"""What can go wrong in the server's world, each with a sentence for whoever runs it."""

from __future__ import annotations

from typing import ClassVar

from angrilien.errors import KnownError


class NoProgramme(KnownError):
    """The data folder holds no keys of a programme."""

    sentence = (
        "Ce dossier ne contient pas de programme. Créez-le avec « angrilien-server programme new »."
    )


class ProgrammeExists(KnownError):
    """The data folder, or the file to write, is already a programme's."""

    sentence = "Un programme existe déjà ici. Rien n’a été modifié."


class KeysUnreadable(KnownError):
    """The file of keys is malformed."""

    sentence = "Le fichier des clés est abîmé. Rien n’a été modifié."


class CannotWrite(KnownError):
    """A folder or a file cannot be written."""

    sentence = "Angrilien ne peut pas écrire dans ce dossier. Vérifiez ses droits."


class ForeignDatabase(KnownError):
    """The database is not this programme's."""

    sentence = "Cette base n’est pas celle de ce programme. Elle n’a pas été touchée."


class NewerDatabase(KnownError):
    """The database was written by a newer version."""

    sentence = "Cette base vient d’une version plus récente. Elle n’a pas été touchée."


class DatabaseUnreachable(KnownError):
    """The database does not answer, or its address is malformed."""

    sentence = "La base ne répond pas. Vérifiez ANGRILIEN_DATABASE_URL et le dossier."


class BadVenueFile(KnownError):
    """The CSV of venues cannot be taken."""

    sentence = "Ce fichier de lieux n’est pas valable, ligne {line}. Rien n’a été modifié."


class BadPlanFile(KnownError):
    """The CSV of planned workshops cannot be taken."""

    sentence = "Ce fichier d’ateliers n’est pas valable, ligne {line}. Rien n’a été publié."


class UnknownVenue(KnownError):
    """No venue has this code."""

    sentence = "Aucun lieu n’a ce code. Voyez « angrilien-server venue list »."


class NoProfileKey(KnownError):
    """The key of profiles is not here, or is not listed."""

    sentence = (
        "La clé des fichiers de lieu n’est pas ici. "
        "Créez-la avec « angrilien-server programme profile-key »."
    )


class NoAddress(KnownError):
    """A programme that was made without a server's address."""

    sentence = "Ce programme n’a pas d’adresse de serveur : un ordinateur ne le trouverait pas."


class ProfileTooLong(KnownError):
    """A profile that does not fit into an installer."""

    sentence = "Ce fichier de lieu serait trop long : raccourcissez l’adresse ou le nom du lieu."


class AccessKeyExists(KnownError):
    """Two keys of one name could not be told apart when one has to be withdrawn."""

    sentence = "Une clé d’accès porte déjà ce nom. Choisissez-en un autre."


class UnknownAccessKey(KnownError):
    """No access key has this name."""

    sentence = "Aucune clé d’accès n’a ce nom. Voyez « angrilien-server access-key list »."


class NoBase(KnownError):
    """The base that a venue's installer is laid over is not there, or is no such file."""

    sentence = "Le programme d’installation de base n’est pas là, ou n’en est pas un : {file}."


class NoRoomInBase(KnownError):
    """A signed Windows program in which no room was left for a profile."""

    sentence = "Ce programme est signé et n’a pas de place pour un lieu : {file}. Refaites-le."


class UnknownDevice(KnownError):
    """No laptop has this id."""

    sentence = "Aucun ordinateur n’a ce numéro. Voyez « angrilien-server device list »."


class UnknownPerson(KnownError):
    """No person has this id."""

    sentence = "Aucune personne n’a ce numéro ici."


class UnknownWorkshop(KnownError):
    """No workshop has this id."""

    sentence = "Aucun atelier n’a ce numéro ici."


class NotOurDays(KnownError):
    """A number of days outside its bounds."""

    sentence = "Le nombre de jours va de {low} à {high}."


class NotOurProgramme(KnownError):
    """A request for another programme."""

    sentence = "Cette demande est pour un autre programme. Rien n’a été ouvert."


class RevokedLaptop(KnownError):
    """A laptop that may not be opened any more."""

    sentence = "Cet ordinateur a été retiré du programme. Rien n’a été ouvert."


class PhrasesDiffer(KnownError):
    """A phrase typed twice was not the same."""

    sentence = "Les deux phrases ne sont pas les mêmes. Rien n’a été écrit."


class CannotListen(KnownError):
    """An address that is not this machine's, or a port that this account may not use."""

    sentence = "Impossible de répondre sur {host}, port {port}. Vérifiez --host et --port."


class DiskFull(KnownError):
    """There is no room left."""

    sentence = "Il n’y a plus de place sur ce disque. Rien n’a été modifié."


class NotABackup(KnownError):
    """A file that is no backup of a server."""

    sentence = "Ce fichier n’est pas une sauvegarde du serveur. Rien n’a été modifié."


class ForeignBackup(KnownError):
    """A backup of another programme."""

    sentence = "Cette sauvegarde est celle d’un autre programme. Rien n’a été modifié."


class NewerBackup(KnownError):
    """A backup that a newer version made."""

    sentence = "Cette sauvegarde vient d’une version plus récente. Rien n’a été modifié."


class BackupDamaged(KnownError):
    """A backup that does not hold what it says."""

    sentence = "Cette sauvegarde est abîmée : ne comptez pas sur elle. Rien n’a été modifié."


class NoBackup(KnownError):
    """A folder without any backup."""

    sentence = "Ce dossier ne contient aucune sauvegarde. Faites-en une d’abord."


class DatabaseNotEmpty(KnownError):
    """A database that holds something, where an empty one is needed."""

    sentence = "Cette base contient déjà quelque chose. Elle n’a pas été touchée."


class SendingRefused(KnownError):
    """A sending file of which nothing was taken.

    Attributes:
        code: what a technician's tool is told.
    """

    sentence = "Ce fichier n’a pas été pris."
    code: ClassVar[str] = ""


class NotASending(SendingRefused):
    """A file that is no sending file of a laptop."""

    sentence = "Ce fichier n’est pas un envoi d’Angrilien. Rien n’a été pris."
    code = "not_a_sending"


class SendingDamaged(SendingRefused):
    """A sending file that is cut, or that somebody changed."""

    sentence = "Ce fichier est coupé ou abîmé. Rien n’a été pris. Refaites-le sur l’ordinateur."
    code = "sending_damaged"


class NewerSending(SendingRefused):
    """A sending file of a later version."""

    sentence = "Ce fichier vient d’une version plus récente. Rien n’a été pris."
    code = "newer_sending"


class ForeignSending(SendingRefused):
    """A sending file of another programme."""

    sentence = "Ce fichier est pour un autre programme. Rien n’a été pris."
    code = "wrong_aud"


class SealedElsewhere(SendingRefused):
    """A sending file sealed to a box key that is not this server's."""

    sentence = "Ce fichier est fermé pour un autre serveur. Rien n’a été pris."
    code = "other_box"
