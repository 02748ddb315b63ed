"""What the meeting looked like: the people, a ring around who is speaking, and the words, large."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

from sandbox.media.script import Talk, Utterance

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_PHRASE = 4  # words on the screen at a time
_GROUND, _PANEL, _QUIET, _BRIGHT, _MARK = "#14181f", "#232a36", "#9aa5b8", "#f4f6fa", "#ffd166"
_FACES = ("#3d6fb6", "#b0573f", "#3f8f6b", "#8a5bb0")


class Stage:
    """Draws one talk; everything that does not change from word to word is drawn once."""

    def __init__(self, talk: Talk, width: int, height: int) -> None:
        self.talk, self.width, self.height = talk, width, height
        self._unit = width / 640
        self._scene = lru_cache(maxsize=16)(self._draw_scene)

    def frame(self, utterance: Utterance | None, word: int | None) -> Image.Image:
        """The moment of one word; nobody is speaking when there is none."""
        speaking = utterance.speaker if utterance is not None and word is not None else None
        image = self._scene(speaking).copy()
        if utterance is not None:
            self._draw_words(ImageDraw.Draw(image), utterance, word)
        return image

    def _draw_scene(self, speaking: int | None) -> Image.Image:
        image = Image.new("RGB", (self.width, self.height), _GROUND)
        draw, unit = ImageDraw.Draw(image), self._unit
        draw.text(
            (20 * unit, 14 * unit), _plain(self.talk.title)[:60], _QUIET, font=_font(16 * unit)
        )
        gap = self.width / len(self.talk.cast)
        for index, name in enumerate(self.talk.cast):
            self._draw_person(draw, gap * (index + 0.5), index, _plain(name), index == speaking)
        return image

    def _draw_person(
        self, draw: ImageDraw.ImageDraw, x: float, index: int, name: str, speaks: bool
    ) -> None:
        unit, y = self._unit, 130 * self._unit
        radius = 52 * unit
        if speaks:
            ring = radius + 8 * unit
            draw.ellipse((x - ring, y - ring, x + ring, y + ring), fill=_MARK)
        face = _FACES[index % len(_FACES)]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=face)
        letters = "".join(part[0] for part in name.split()[:2])
        draw.text((x, y), letters, _BRIGHT, font=_font(34 * unit), anchor="mm")
        colour = _MARK if speaks else _QUIET
        draw.text((x, y + 74 * unit), name, colour, font=_font(15 * unit), anchor="mm")

    def _draw_words(
        self, draw: ImageDraw.ImageDraw, utterance: Utterance, word: int | None
    ) -> None:
        unit = self._unit
        draw.rectangle((0, 236 * unit, self.width, self.height), fill=_PANEL)
        current = word if word is not None else len(utterance.words) - 1
        first = current - current % _PHRASE
        texts = [spoken.text for spoken in utterance.words[first : first + _PHRASE]]
        font = self._fitting(draw, " ".join(texts))
        x = (self.width - draw.textlength(" ".join(texts), font=font)) / 2
        for index, text in enumerate(texts):
            colour = _MARK if first + index == word else _BRIGHT
            draw.text((x, 298 * unit), text, colour, font=font, anchor="lm")
            x += draw.textlength(text + " ", font=font)

    def _fitting(self, draw: ImageDraw.ImageDraw, text: str) -> Font:
        room = self.width - 40 * self._unit
        size = 40 * self._unit
        while draw.textlength(text, font=_font(size)) > room:
            size *= 0.9
        return _font(size)


def _plain(text: str) -> str:
    """The built-in font has no letters beyond ASCII; an Ö becomes an O, a × an x."""
    letters = unicodedata.normalize("NFKD", text.replace("×", "x"))
    return letters.encode("ascii", "ignore").decode()


@cache
def _font(size: float) -> Font:
    return ImageFont.load_default(round(size))
