# SPDX-License-Identifier: Apache-2.0
"""Video files: played at their rate, over and over."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import sim_picture
from clients import camera_of
from ip_case import IpCase, ids_of, serving
from server import Server, run
from test_subscriptions import Watch

SIZE = (320, 240)
FRAMES = 8
FPS = 10


def make_pictures(folder):
    from PIL import Image

    for n in range(FRAMES):
        Image.fromarray(sim_picture.picture(n, *SIZE)).save(folder / f"{n:02d}.png")


def make_video(folder, name, *codec):
    path = folder / name
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-framerate", str(FPS), "-i", str(folder / "%02d.png"), *codec, str(path)],
        check=True,
    )
    return path


class Videos(IpCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="uacam-rig-")))
        make_pictures(cls.folder)

    async def check_loop(self, path, tolerance, options="", fps=FPS):
        """The frames come in order, the first behind the last, each when it is due."""
        with serving(f"file:{path}{options}") as server:
            (name,) = ids_of(server, "file")
            async with camera_of(server, name) as camera:
                watch = await Watch(camera.client).open()
                item = await watch.item(camera.id("CameraImagePng"), 0, queue=10)
                values = await watch.wait_for(item, 2 * FRAMES + 2)
                pixels = [sim_picture.decode(v.Value.Value, "PNG") for v in values]
                numbers = [sim_picture.frame_number(p) for p in pixels]
                for n, p in zip(numbers, pixels):
                    self.assertLess(sim_picture.mean_error(p, sim_picture.picture(n, *SIZE)), tolerance)
                self.assertEqual(set(numbers), set(range(FRAMES)))
                times = [v.SourceTimestamp for v in values]
                for i, (a, b) in enumerate(zip(times, times[1:])):
                    intervals = (b - a).total_seconds() * fps
                    self.assertLess(abs(intervals - round(intervals)), 0.1, times)
                    self.assertEqual(round(intervals) % FRAMES, (numbers[i + 1] - numbers[i]) % FRAMES, numbers)
                self.assertEqual(await camera.value("Status/FramesLost"), 0)
                self.assertIn("simulated", server.text())

    async def test_h264_with_pictures_that_need_later_ones(self):
        path = make_video(self.folder, "b.mp4", "-c:v", "libx264", "-bf", "2", "-crf", "8", "-pix_fmt", "yuv420p")
        await self.check_loop(path, 8)

    async def test_ten_bits_without_subsampling(self):
        path = make_video(self.folder, "deep.mkv", "-c:v", "libx265", "-x265-params", "log-level=none:crf=4", "-pix_fmt", "yuv444p10le")
        await self.check_loop(path, 4, "?fps=15", 15)

    async def test_mjpeg_is_passed_on(self):
        path = make_video(self.folder, "m.avi", "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p")
        await self.check_loop(path, 8)

    async def test_on_the_command_line(self):
        path = make_video(self.folder, "c.mkv", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
        with Server(f"file:{path}") as server:
            (name,) = ids_of(server, "file")
            async with camera_of(server, name) as camera:
                self.assertTrue((await camera.read("CameraImage")).StatusCode.is_good())

    async def test_raw_stream_without_an_index(self):
        path = make_video(self.folder, "raw.h264", "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p")
        await self.check_loop(path, 8)

    async def test_what_is_no_video(self):
        text = self.folder / "notes.txt"
        text.write_text("Bring milk.\n" * 100)
        listing = self.folder / "list.m3u8"
        listing.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{self.folder}/b.mp4\n")
        concat = self.folder / "list.ffconcat"
        concat.write_text(f"ffconcat version 1.0\nfile {self.folder}/b.mp4\n")
        for path in (text, listing, concat):
            with serving(f"file:{path}") as server:
                (name,) = ids_of(server, "file")
                message = "FILE: neither a JPEG or PNG picture, nor a folder of them, nor a video that can be read"
                await self.check_failure(server, name, "BadDeviceFailure", message)

    async def test_a_video_whose_pictures_are_broken(self):
        path = make_video(self.folder, "broken.avi", "-c:v", "mpeg4")
        data = bytearray(path.read_bytes())
        begin, end = data.index(b"movi") + 4, data.index(b"idx1")
        for chunk in re.finditer(rb"00dc(....)", bytes(data[begin:end]), re.S):
            size = int.from_bytes(chunk[1], "little")
            at = begin + chunk.end()
            data[at : at + size] = b"\xff" * size
        path.write_bytes(data)
        with serving(f"file:{path}") as server:
            (name,) = ids_of(server, "file")
            await self.check_failure(server, name, "BadDeviceFailure", "FILE: there is no picture in it that can be decoded")

    def test_without_the_module(self):
        video = self.folder / "any.bin"
        video.write_bytes(bytes(1000))
        os.environ["UACAM_MODULES"] = str(self.folder)
        self.addCleanup(os.environ.pop, "UACAM_MODULES")
        _, out, _ = run("--version")
        self.assertRegex(out, "module ffmpeg .*is not in .*: install the package uacam-ffmpeg")


if __name__ == "__main__":
    unittest.main()
