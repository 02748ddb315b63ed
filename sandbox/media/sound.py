"""A simple voice: every word is a hum with vowels in it, at its speaker's pitch, silence between.

Nobody will take it for speech, but one hears who talks, where a word begins and where it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sandbox.media.script import Utterance, Word

Samples = NDArray[np.int16]
_PITCHES = (118.0, 196.0, 151.0, 232.0)
# The two strongest resonances of a vowel, in hertz: what makes an a sound unlike an i.
_VOWELS = {
    "a": (750, 1200),
    "e": (500, 1800),
    "i": (320, 2300),
    "o": (480, 900),
    "u": (340, 750),
    "y": (320, 1900),
}
_LOUDNESS = 9000.0


def sound(utterances: Sequence[Utterance], seconds: float, rate: int) -> Samples:
    samples = np.zeros(int(seconds * rate), dtype=np.int16)
    spoken: dict[tuple[int, str], Samples] = {}
    for utterance in utterances:
        for word in utterance.words:
            key = (utterance.speaker, word.text)
            if key not in spoken:
                spoken[key] = _word(word, _PITCHES[utterance.speaker % len(_PITCHES)], rate)
            begin = int(word.start * rate)
            end = min(begin + len(spoken[key]), len(samples))
            samples[begin:end] = spoken[key][: end - begin]
    return samples


def _word(word: Word, pitch: float, rate: int) -> Samples:
    vowels = [letter for letter in word.text.lower() if letter in _VOWELS] or ["e"]
    length = int((word.end - word.start) * rate)
    parts = np.array_split(np.arange(length) / rate, len(vowels))
    falling = (pitch * (1.04 - 0.02 * syllable) for syllable in range(len(vowels)))
    sung = [_vowel(*each) for each in zip(parts, falling, vowels, strict=True)]
    voice = np.concatenate(sung)
    edge = np.minimum(np.arange(length), np.arange(length)[::-1])
    fade = np.minimum(1.0, edge / (0.012 * rate))
    return (voice * fade * _LOUDNESS).astype(np.int16)


def _vowel(times: NDArray[np.float64], pitch: float, vowel: str) -> NDArray[np.float64]:
    """Harmonics of the pitch, the louder the nearer they lie to the vowel's resonances."""
    first, second = _VOWELS[vowel]
    harmonics = np.arange(1, int(3000 / pitch)) * pitch
    weights = 1 / (1 + ((harmonics - first) / 120) ** 2) + 0.5 / (
        1 + ((harmonics - second) / 180) ** 2
    )
    weights = weights / weights.sum()
    tones = np.sin(2 * np.pi * np.outer(harmonics, times))
    syllable = np.sin(np.pi * np.linspace(0.08, 0.92, len(times))) ** 0.6
    return np.asarray((weights @ tones) * syllable, dtype=np.float64)
