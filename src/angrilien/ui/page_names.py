"""The screens by name, and where each stands.

One is imported when it is first shown: the first window comes before the notebook's code.
"""

from __future__ import annotations

from typing import Final

PAGES: Final = {
    "first_start": "angrilien.ui.pages.first_start:FirstStartPage",
    "code_secret": "angrilien.ui.pages.code_secret:CodeSecretPage",
    "unlock": "angrilien.ui.pages.unlock:UnlockPage",
    "forgotten": "angrilien.ui.pages.forgotten:ForgottenPage",
    "today": "angrilien.ui.pages.today:TodayPage",
    "calendar": "angrilien.ui.pages.calendar:CalendarPage",
    "workshop_form": "angrilien.ui.pages.workshop_form:WorkshopFormPage",
    "roster": "angrilien.ui.pages.roster:RosterPage",
    "signing": "angrilien.ui.pages.signing:SigningPage",
    "person_form": "angrilien.ui.pages.person_form:PersonFormPage",
    "note": "angrilien.ui.pages.note:NotePage",
    "amend": "angrilien.ui.pages.amend:AmendPage",
    "copies": "angrilien.ui.pages.copies:CopiesPage",
    "rescue": "angrilien.ui.pages.rescue:RescuePage",
    "paper": "angrilien.ui.pages.paper:PaperPage",
    "paper_code": "angrilien.ui.pages.paper_code:PaperCodePage",
    "closing": "angrilien.ui.pages.closing:ClosingPage",
    "sending": "angrilien.ui.pages.sending:SendingPage",
    "help": "angrilien.ui.pages.help:HelpPage",
    "animateurs": "angrilien.ui.pages.animateurs:AnimateursPage",
    "training": "angrilien.ui.pages.training:TrainingPage",
    "settings": "angrilien.ui.pages.settings:SettingsPage",
    "join": "angrilien.ui.pages.join:JoinPage",
    "doubts": "angrilien.ui.pages.doubts:DoubtsPage",
    "technical": "angrilien.ui.pages.technical:TechnicalPage",
}
