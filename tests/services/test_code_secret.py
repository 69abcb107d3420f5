"""The code secret on a real notebook."""

from __future__ import annotations

import pytest

from angrilien.errors import CodeTooSimple, WrongPassphrase
from angrilien.services import code_secret
from angrilien.services.notebook import Notebook
from helpers.copies import open_again
from helpers.notebooks import CODE_SECRET, PHRASE


def test_the_code_of_the_first_start_opens_and_no_other(fresh: Notebook) -> None:
    who = code_secret.locked_by(fresh)
    assert (who.first_name, who.has_code) == ("Claire", True)
    assert code_secret.check(fresh, CODE_SECRET)
    for wrong in ("937405", "", "93740", "٩٣٧٤٠٦", CODE_SECRET + "\0"):
        assert not code_secret.check(fresh, wrong)


def test_another_code_takes_the_place_of_the_first_with_ones_own_phrase(fresh: Notebook) -> None:
    code_secret.change(fresh, PHRASE.upper(), "581903")
    assert code_secret.check(fresh, "581903")
    assert not code_secret.check(fresh, CODE_SECRET)


def test_a_wrong_phrase_or_a_poor_code_changes_nothing(fresh: Notebook) -> None:
    with pytest.raises(WrongPassphrase):
        code_secret.change(fresh, "abandon bambin cadeau dauphin ecarter faux", "581903")
    with pytest.raises(CodeTooSimple):
        code_secret.change(fresh, PHRASE, "111111")
    assert code_secret.check(fresh, CODE_SECRET)


def test_it_is_kept_and_never_written_as_it_is(fresh: Notebook) -> None:
    with fresh.store.read() as connection:
        row = connection.exec_driver_sql("SELECT facilitator_id, hash FROM code_secret").one()
    assert row.facilitator_id == fresh.facilitator_id
    assert row.hash.startswith("$argon2id$")
    assert CODE_SECRET not in row.hash
    fresh.close()
    again = open_again(fresh.folder, fresh.programme)
    assert code_secret.check(again, CODE_SECRET)
    again.close()


def test_a_notebook_of_before_the_code_says_that_there_is_none(fresh: Notebook) -> None:
    with fresh.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM code_secret")
    assert not code_secret.locked_by(fresh).has_code
    assert not code_secret.check(fresh, CODE_SECRET)
    code_secret.choose(fresh, "581903")
    assert code_secret.check(fresh, "581903")


def test_choosing_one_is_no_change_of_the_log(fresh: Notebook) -> None:
    def count() -> int:
        with fresh.store.read() as connection:
            return int(connection.exec_driver_sql('SELECT count(*) FROM "change"').scalar_one())

    before = count()
    code_secret.choose(fresh, "581903")
    assert count() == before
