"""What the bots of a workspace show in place of a camera.

Any JPEG, PNG or WebP is made into one JPEG of the size that meetings show, with nothing in it but
the picture. Some providers fetch it, others get it with the bot. A new picture has a new address.
"""

import io
from fractions import Fraction

import av
from av.error import FFmpegError
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse

from accounts.models import Workspace
from accounts.public_id import PublicIdField

WIDTH, HEIGHT = 1280, 720
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
NOT_READ = "This file could not be read as a picture. It can be a JPEG, a PNG or a WebP."
# How a file begins, and who reads it: nothing else is tried on a file from outside.
READERS = ((b"\xff\xd8\xff", "jpeg_pipe"), (b"\x89PNG\r\n", "png_pipe"), (b"RIFF", "webp_pipe"))


class BotPicture(models.Model):
    """The one picture of a workspace."""

    public_id = PublicIdField(prefix="pic")
    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="bot_picture")
    jpeg = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.public_id

    @property
    def address(self) -> str:
        """Where a provider finds it."""
        path = reverse("fetched:picture", args=[self.public_id])
        return f"{settings.WEBHOOK_BASE_URL}{path}"


def of(workspace: Workspace) -> BotPicture | None:
    return BotPicture.objects.filter(workspace=workspace).first()


@transaction.atomic
def show(workspace: Workspace, jpeg: bytes) -> BotPicture:
    """Have the bots show this one from now on."""
    remove(workspace)
    return BotPicture.objects.create(workspace=workspace, jpeg=jpeg)


def remove(workspace: Workspace) -> bool:
    """Have the bots show none; False when they did not."""
    return bool(BotPicture.objects.filter(workspace=workspace).delete()[0])


def as_jpeg(content: bytes) -> bytes:
    """Make it what providers take: 16 to 9, whole, on white. Raises ValidationError."""
    reader = next((name for start, name in READERS if content.startswith(start)), "")
    if not reader:
        raise ValidationError(NOT_READ)
    try:
        with av.open(io.BytesIO(content), "r", format=reader) as container:
            size = container.streams.video[0].codec_context
            if size.width * size.height > MOST_PIXELS:
                raise ValidationError("This picture is too large. At most 40 megapixels, please.")
            return _encoded(_on_canvas(next(container.decode(video=0))))
    except (FFmpegError, ValueError, IndexError, StopIteration) as error:
        raise ValidationError(NOT_READ) from error


def _on_canvas(frame: av.VideoFrame) -> av.VideoFrame:
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    fit = graph.add("scale", f"{WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease")
    pad = graph.add("pad", f"{WIDTH}:{HEIGHT}:(ow-iw)/2:(oh-ih)/2:white")
    form = graph.add("format", "yuvj420p")
    graph.link_nodes(source, fit, pad, form, graph.add("buffersink")).configure()
    frame.pts = 0
    graph.push(frame)
    return graph.pull()  # type: ignore[return-value]


def _encoded(frame: av.VideoFrame) -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    encoder.time_base = Fraction(1, 25)  # one picture has no tempo, yet the encoder wants one
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
