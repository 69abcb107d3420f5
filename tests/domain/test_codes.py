"""A code read aloud: one wrong character, or two exchanged, is always noticed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.domain.codes import ALPHABET, LENGTH, make_code, read_code, show_code

CODES = st.integers(0, 2**32).map(lambda seed: make_code(random.Random(seed).choice))


def test_the_alphabet_is_a_prime_number_of_characters_without_lookalikes() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set(ALPHABET) & set("01ILOUZ")
    assert len(ALPHABET) > LENGTH  # the weights stay distinct and not zero


@given(CODES)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    for place in range(LENGTH):
        for other in ALPHABET:
            altered = code[:place] + other + code[place + 1 :]
            assert (read_code(altered) == altered) == (altered == code)


@given(CODES)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_exchange_of_two_neighbours_is_noticed(code: str) -> None:
    for i in range(LENGTH - 1):
        swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        assert (read_code(swapped) == swapped) == (swapped == code)


@given(CODES)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_code_is_read_as_it_is_printed_and_as_it_is_typed(code: str) -> None:
    shown = show_code(code)
    assert [len(group) for group in shown.split("-")] == [4, 4, 2]
    for typed in (shown, code.lower(), f" {shown.replace('-', ' – ')} ", code.replace("2", "z")):
        assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7Q2K-M4XR", "7Q2K-M4XR-9TT", "7Q2K-M4XR-0O", "é" * 10])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
