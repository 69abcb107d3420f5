"""The two sounds are short, soft, and begin and end in silence."""

from __future__ import annotations

import struct
import wave

import pytest

from angrilien.paths import resource
from angrilien.ui.chimes import Chime


@pytest.mark.parametrize("chime", Chime)
def test_a_sound_is_short_and_soft(chime: Chime) -> None:
    with wave.open(str(resource(f"sounds/{chime.value}.wav")), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        count = file.getnframes()
        assert count / file.getframerate() <= 0.3
        samples = struct.unpack(f"<{count}h", file.readframes(count))
    assert 0.2 <= max(map(abs, samples)) / 32_768 <= 0.4
    assert abs(samples[0]) < 200
    assert abs(samples[-1]) < 200
