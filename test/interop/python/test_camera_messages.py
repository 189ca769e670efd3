# SPDX-License-Identifier: Apache-2.0
"""What users of any camera may read when something is wrong, as docs/cameras.md and README.md explain it. Those that take a
camera of a certain kind are produced in the rigs."""

import os
import pathlib
import tempfile
import unittest

from asyncua import ua
from clients import AsyncTestCase, Camera, camera_of, connected
from messages import check_told
from server import Server, free_port, run
from test_settings import set_to, settings_of

V = ua.VariantType
FAILED = 1

# Rights that root has, and nobody else.
WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def served(camera):
    """What `uacam serve` says to a camera that it does not serve."""
    code, out, err = run("serve", "--port", str(free_port()), "--camera", camera)
    assert (code, out) == (FAILED, ""), err
    return err


class NamedWrongly(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-")))

    def test_on_the_command_line(self):
        rows = {
            "telescope:1": "CAMERA: no such kind of camera here; there are KINDS",
            "sim:?colour=red": 'no camera option "NAME"; there are NAMES, as in CAMERA',
            "sim:?fps=fast": "camera option NAME must be FORM, as in CAMERA",
            "v4l2:/dev/null": "/dev/video0 is no camera that uacam can use",
            "rtsp:192.168.1.20": "needs two slashes and the camera's address, as in",
            "rtsp://u:a?b@192.168.1.20": "an @ stands behind the camera's address: write it as %40 there",
            "http://192.168.1,20/a": "the camera's address has a character that none may have",
            "file:/nowhere": "FILE: no such file or folder",
        }
        for camera, message in rows.items():
            with self.subTest(camera):
                check_told(message, served(camera))

    def test_a_folder_without_pictures(self):
        (self.folder / "notes.txt").touch()
        with Server(f"file:{self.folder}") as server:
            run("get", server.url())
            server.wait_for_line("trying again", 10)
        check_told("FOLDER has no JPEG or PNG pictures (*.jpg, *.jpeg, *.png)", server.text())

    def test_the_port_is_taken(self):
        with Server("sim:") as server:
            _, _, err = run("serve", "--camera", "sim:", "--port", str(server.port))
            check_told("port 4840 is in use by another program", err)


class Lacking(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-")))

    def test_modules_that_are_not_installed(self):
        os.environ["UACAM_MODULES"] = str(self.folder)
        self.addCleanup(os.environ.pop, "UACAM_MODULES")
        for camera, name in (("rtsp://127.0.0.1/a", "ffmpeg"), ("gige:127.0.0.1", "genicam")):
            with Server(camera) as server:
                self.assertIn(f"uacam-{name}", server.text())  # at once, without being asked
                run("get", server.url())
                server.wait_for_line("trying again", 10)
            message = "the module NAME.so that such cameras need is not in FOLDER: install the package uacam-NAME, or name its folder in UACAM_MODULES"
            check_told(message, server.text())

    def test_the_right_to_read(self):
        video = self.folder / "drive.mp4"
        video.write_bytes(bytes(1000))
        video.chmod(0)
        with Server(f"file:{video}", command=WITHOUT_RIGHTS) as server:
            check_told("FILE may not be read: run chmod +rX on it, or serve as its owner", server.text())


class Settings(AsyncTestCase):
    async def test_what_is_refused(self):
        rows = [
            ("Width", 16385, V.UInt32, "SETTING: 641 is out of range: 1 to 640"),
            ("ExposureAuto", 3, V.UInt32, "SETTING: no choice 7; there are NAMES"),
            ("ExposureTime", 5000.0, V.Double, "SETTING: another setting rules it now, as SETTING would: switch that off before"),
        ]
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                self.assertEqual(await set_to(camera, "ExposureAuto", 2, V.UInt32), "Good")
                for path, value, kind, message in rows:
                    self.assertNotEqual(await set_to(camera, path, value, kind), "Good")
                    check_told(message, server.wait_for_line(f"{path} was not set", 10))

    async def test_a_driver_that_hangs(self):
        with Server("sim:?hang=set", config="camera: {capture_timeout: 1}\n") as server:
            async with settings_of(server) as camera:
                self.assertEqual(await set_to(camera, "Gain", 1.0, V.Double), "BadTimeout")
            check_told("ID: no answer about its settings within 5.0 s", server.text())


class Failing(AsyncTestCase):
    async def test_who_waited_in_vain_finds_out_at_once(self):
        """Though nobody wants the camera any more, which is closed before it would have told."""
        with Server("sim:?open_delay=60000", config="camera: {capture_timeout: 1, linger: 0}\n") as server:
            async with camera_of(server, "sim") as camera:
                self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadTimeout")
                check_told("no picture within 5.0 s", await camera.value("Status/LastError"))

    CONFIG = """
camera: {capture_timeout: 1, linger: 30}
detection: {kinds: []}
cameras:
  - "sim:?hang=open&id=closed"
  - "sim:?hang=1&id=silent"
  - id: usb-dead-beef-1
"""

    async def test_last_errors(self):
        rows = {
            "closed": "CAMERA: not open after 7.0 s",
            "silent": "CAMERA: no frame for 7.0 s",
            "usb-dead-beef-1": "it is not plugged in",
        }
        with Server(config=self.CONFIG) as server:
            async with connected(server) as (client, namespace):
                for name, message in rows.items():
                    camera = Camera(client, namespace, name)
                    self.assertFalse((await camera.read("CameraImage")).StatusCode.is_good())
                    await camera.until_told(message)


if __name__ == "__main__":
    unittest.main()
