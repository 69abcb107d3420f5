"""R10: a data folder that a cloud drive keeps is known as such, and no other is."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from angrilien.services.cloud_folder import cloud_of, drive_around


def nothing(_folder: object) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(
    ("path", "drive"),
    [
        (r"D:\c\OneDrive\angrilien", "OneDrive"),
        (r"D:\c\ONEDRIVE - Groupe\Documents\angrilien", "OneDrive"),
        (r"D:\c\Dropbox\angrilien", "Dropbox"),
        (r"D:\c\Dropbox (Personal)\a", "Dropbox"),
        (r"D:\c\Google Drive\a", "Google Drive"),
        (r"G:\Mon Drive\a", "Google Drive"),
        (r"G:\My Drive\a", "Google Drive"),
        (r"D:\c\Nextcloud2\a", "Nextcloud"),
        (r"D:\c\kDrive\a", "kDrive"),
        (r"D:\c\iCloudDrive\a", "iCloud"),
        (r"D:\c\AppData\Local\angrilien", ""),
        (r"D:\dropboxer\AppData\Local\angrilien", ""),
        (r"D:\onedrives\a", ""),
    ],
)
def test_names_of_folders_on_windows(path: str, drive: str) -> None:
    assert cloud_of(PureWindowsPath(path), {}, nothing) == drive


@pytest.mark.parametrize(
    ("path", "drive"),
    [
        ("/srv/c/Nextcloud/angrilien", "Nextcloud"),
        ("/srv/c/kDrive/angrilien", "kDrive"),
        ("/srv/c/Library/CloudStorage/OneDrive-Groupe/a", "OneDrive"),
        ("/srv/c/Library/CloudStorage/GoogleDrive-c@exemple.fr/a", "Google Drive"),
        ("/srv/c/Library/Mobile Documents/com~apple~CloudDocs/a", "iCloud"),
        ("/srv/c/.local/share/angrilien", ""),
    ],
)
def test_names_of_folders_elsewhere(path: str, drive: str) -> None:
    assert cloud_of(PurePosixPath(path), {}, nothing) == drive


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveConsumer", "OneDriveCommercial"])
def test_the_variable_of_a_drive_that_was_put_elsewhere(variable: str) -> None:
    kept = PureWindowsPath(r"D:\Travail\Angrilien\data")
    assert cloud_of(kept, {variable: r"d:\travail"}, nothing) == "OneDrive"
    assert cloud_of(kept, {variable: r"D:\Trav"}, nothing) == ""
    assert cloud_of(kept, {variable: ""}, nothing) == ""


@pytest.mark.parametrize(
    ("mark", "drive"),
    [
        (".dropbox", "Dropbox"),
        (".sync_0a1b2c3d4e5f.db", "Nextcloud"),
        ("._sync_0a1b2c3d4e5f.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".tmp.drivedownload", "Google Drive"),
        (".stfolder", "Syncthing"),
        (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
        (".profile", ""),
        (".sync_note.db", ""),
    ],
)
def test_a_file_that_a_drive_left_at_its_top(tmp_path: Path, mark: str, drive: str) -> None:
    data = tmp_path / "travail" / "angrilien"
    data.mkdir(parents=True)
    (tmp_path / "travail" / mark).touch()
    assert drive_around(data) == drive


def test_a_link_into_a_drive_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox" / "angrilien").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox" / "angrilien", target_is_directory=True)
    assert drive_around(tmp_path / "data") == "Dropbox"


def test_a_folder_that_is_not_there_is_judged_by_its_way(tmp_path: Path) -> None:
    assert drive_around(tmp_path / "OneDrive" / "not" / "yet") == "OneDrive"
    assert drive_around(tmp_path / "not" / "yet") == ""
