"""A picture as a person might have one."""

import io

import av


def picture(width: int = 64, height: int = 64, kind: str = "png") -> bytes:
    """Grey, of this size."""
    encoder = av.CodecContext.create("png" if kind == "png" else "mjpeg", "w")
    form = "rgb24" if kind == "png" else "yuvj420p"
    encoder.width, encoder.height, encoder.pix_fmt = width, height, form
    encoder.time_base = 1  # type: ignore[assignment]
    frame = av.VideoFrame(width, height, form)
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    return b"".join(bytes(one) for one in [*encoder.encode(frame), *encoder.encode(None)])


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG."""
    with av.open(io.BytesIO(content), "r", format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))
        return frame.width, frame.height
