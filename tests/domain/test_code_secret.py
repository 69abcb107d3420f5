"""Which codes can be chosen."""

from __future__ import annotations

import random

import pytest

from angrilien.domain.code_secret import check_code_secret, choose_code_secret, read_code_secret
from angrilien.errors import CodeLooksLikeADate, CodeNotSixDigits, CodesDiffer, CodeTooSimple


@pytest.mark.parametrize("typed", ["937406", " 937 406 ", "937\u202f406", "ç\"è'à-", "ç3è40-"])
def test_a_code_is_read_whatever_its_spaces(typed: str) -> None:
    assert check_code_secret(typed) == "937406"


@pytest.mark.parametrize("typed", ["", "93740", "9374066", "93740a", "٩٣٧٤٠٦", "+37406", "93 74"])
def test_what_is_no_code(typed: str) -> None:
    with pytest.raises(CodeNotSixDigits):
        read_code_secret(typed)


@pytest.mark.parametrize(
    "code",
    ["000000", "999999", "123456", "654321", "567890", "098765", "246802", "121212", "123123",
     "112233", "123321", "808088", "777778"],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(code: str) -> None:
    with pytest.raises(CodeTooSimple):
        check_code_secret(code)


@pytest.mark.parametrize("code", ["250148", "290200", "311299", "010203"])
def test_a_birthday_is_refused(code: str) -> None:
    with pytest.raises(CodeLooksLikeADate):
        check_code_secret(code)


@pytest.mark.parametrize("code", ["310299", "320199", "011348", "000448", "251348"])
def test_what_is_no_day_is_no_date(code: str) -> None:
    assert check_code_secret(code) == code


def test_nine_codes_in_ten_can_be_chosen() -> None:
    draw = random.Random(20261127)
    taken = 0
    for _ in range(5_000):
        try:
            check_code_secret(f"{draw.randrange(10**6):06}")
            taken += 1
        except (CodeTooSimple, CodeLooksLikeADate):
            pass
    assert taken > 4_500


def test_the_second_one_must_be_the_first() -> None:
    assert choose_code_secret("937406", "937 406") == "937406"
    with pytest.raises(CodesDiffer) as caught:
        choose_code_secret("937406", "937405")
    assert caught.value.field == "again"
    with pytest.raises(CodeNotSixDigits) as short:
        choose_code_secret("937406", "")
    assert short.value.field == "again"
