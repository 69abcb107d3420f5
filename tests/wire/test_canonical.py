"""One text for one value; everything else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angrilien.wire.canonical import MAX_DEPTH, MAX_INT, BadMessage, b64, dumps, loads, unb64

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
scalars = st.booleans() | st.integers(-MAX_INT, MAX_INT) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(texts, values, max_size=6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_written_is_read_back_and_written_alike(value: dict[str, Any]) -> None:
    if depth_of(value) > MAX_DEPTH:
        with pytest.raises(TypeError, match="nested"):
            dumps(value)
        return
    text = dumps(value)
    assert loads(text) == value
    assert dumps(loads(text)) == text
    # The order of making does not show, nor does another writer's form.
    assert dumps(dict(reversed(value.items()))) == text
    assert dumps(loads(json.dumps(value, indent=2).encode())) == text


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((depth_of(v) for v in value.values()), default=-1)
    if isinstance(value, list):
        return 1 + max((depth_of(v) for v in value), default=-1)
    return 0


def test_keys_stand_by_code_point_without_spaces_in_plain_utf_8() -> None:
    value = {"é": 1, "z": 'Lefèvre\n"', "Z": [True, False], "\U0001f33b": {"b": 2, "a": -0}}
    expected = '{"Z":[true,false],"z":"Lefèvre\\n\\"","é":1,"\U0001f33b":{"a":0,"b":2}}'
    assert dumps(value).decode("utf-8") == expected


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0}, {"a": float("nan")}, {"a": None}, {"a": [None]}, {"a": b"bytes"}, {1: 2},
        {"a": {1, 2}}, {"a": "\x00"}, {"\x00": 1}, {"a": "\ud800"}, {"\udfff": 1},
        {"a": MAX_INT + 1}, {"a": -MAX_INT - 1},
    ],
)  # fmt: skip
def test_what_has_no_canonical_form_is_not_written(value: dict[Any, Any]) -> None:
    with pytest.raises(TypeError):
        dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"null", b"[]", b'"a"', b"1", b"{", b'{"a":1}{}', b'{"a":1}x', b"\xef\xbb\xbf{}",
        b'{"a":1.0}', b'{"a":1e3}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":null}',
        b'{"a":1,"a":2}', b'{"b":{"a":1,"a":1}}', b'{"a":"\xff"}', b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}', b'{"\\u0000":1}', b'{"a":9007199254740993}',
        b'{"a":' + b"9" * 5_000 + b"}", b"{'a':1}", b'{"a":01}', b'{"a":+1}', b'{"a":1,}',
        b'{"a":' * 10 + b"1" + b"}" * 10, b'{"a":' + b"[" * 100_000, b"[" * 1_000_000,
        b'{"a":' + b"[" * 9 + b"1" + b"]" * 9 + b"}",
    ],
    ids=lambda text: repr(text[:24]),
)  # fmt: skip
def test_what_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(BadMessage):
        loads(text)


def test_brackets_inside_a_text_are_no_nesting() -> None:
    value = {"a": "[{" * 200 + '\\"[', "b": [1]}
    assert loads(dumps(value)) == value


def test_a_refusal_never_quotes_what_was_written() -> None:
    for text in (b'{"SECRET":1.5}', b'{"SECRET":1,"SECRET":2}', b'{"a":"SECRET'):
        with pytest.raises(BadMessage) as refused:
            loads(text)
        assert "SECRET" not in str(refused.value)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    for text in (data, b'{"a":' + data + b"}"):
        try:
            value = loads(text)
        except BadMessage:
            continue
        assert loads(dumps(value)) == value


@given(st.binary(max_size=80))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_bytes_have_one_text(data: bytes) -> None:
    text = b64(data)
    assert unb64(text) == unb64(text, len(data)) == data
    assert not set(text) & set("+/=")
    with pytest.raises(BadMessage):
        unb64(text, len(data) + 1)


@pytest.mark.parametrize(
    "text", ["AA==", "A", "A+", "A/", "AB", "é", "A A", None, 3, b"AA", ["AA"]]
)
def test_a_text_that_we_would_not_write_is_refused(text: object) -> None:
    with pytest.raises(BadMessage):
        unb64(text)
