"""A camera that takes photos in bursts while a button is held."""

from vizcore.ui.burst_camera.frames import MOST_FRAMES, read_frames
from vizcore.ui.burst_camera.widget import burst_camera

__all__ = ["MOST_FRAMES", "burst_camera", "read_frames"]
