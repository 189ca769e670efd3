# SPDX-License-Identifier: Apache-2.0
"""The one binary from outside: what it prints, where, and its exit codes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import sim_picture
from server import TIED, UACAM, Server, clean_environment, free_port, run, wait_until

DONE, FAILED, USAGE = 0, 1, 2
COMMANDS = ("serve", "cameras", "get", "watch", "bench", "user", "trust", "cert", "config")


class CommandTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-"))

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w") as f:
                f.write(text)
        return path

    def assert_fails(self, code, pattern, *arguments):
        """One line on stderr that says what and what next; nothing on stdout."""
        got, out, err = run(*arguments)
        self.assertEqual((got, out), (code, ""), err)
        self.assertRegex(err, pattern)
        self.assertTrue(err.startswith("uacam: "), err)
        if code == FAILED:
            self.assertEqual(err.count("\n"), 1, err)
        return err


class Help(CommandTestCase):
    def test_overview_names_every_command(self):
        for option in ("--help", "-h", "help"):
            code, out, err = run(option)
            self.assertEqual((code, err), (DONE, ""))
            for command in COMMANDS:
                self.assertRegex(out, rf"(?m)^  {command} +\w")

    def test_each_command_explains_its_options(self):
        options = {
            "serve": ["--config", "--port", "--camera", "--open", "v4l2:", "file:", "sim:"],
            "cameras": ["--json", "--local", "--watch"],
            "get": ["URL", "CAMERA", "--output", "--max-age"],
            "watch": ["URL", "CAMERA", "--interval", "--deadband", "--output", "--count"],
            "bench": ["URL", "CAMERA", "--clients", "--pipelined", "--subscribers", "--json"],
            "user": ["add", "passwd", "role", "list", "remove", "--certificate", "observer", "operator"],
            "trust": ["list", "rejected", "add", "remove", "--server", "--issuer"],
            "cert": ["show", "--pem", "--der", "--next", "--client"],
            "config": ["check", "show"],
        }
        for command, words in options.items():
            code, out, err = run(command, "--help")
            self.assertEqual((code, err), (DONE, ""))
            self.assertTrue(out.startswith(f"usage: uacam {command}"), out)
            for word in words:
                self.assertIn(word, out)
            self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_version_says_what_is_built_in(self):
        code, out, err = run("--version")
        self.assertEqual((code, err), (DONE, ""))
        self.assertRegex(out, r"^uacam \d+\.\d+\.\d+\n")
        for word in ("sim", "file", "v4l2", "None", "Basic256Sha256", "encryption: (ipsec-mb|openssl)"):
            self.assertRegex(out, rf"\b{word}\b")

    def test_wrong_usage_hints_at_help(self):
        wrong = [
            ("serve", "--frob"),
            ("serve", "--port"),
            ("serve", "--port", "0"),
            ("serve", "--port", "65536"),
            ("serve", "--port", "80x"),
            ("serve", "extra"),
            ("cameras", "--xml"),
            ("get",),
            ("get", "opc.tcp://127.0.0.1:4840", "a", "b"),
            ("get", "http://127.0.0.1/"),
            ("get", "opc.tcp://127.0.0.1:99999"),
            ("get", "--max-age", "-1", "opc.tcp://127.0.0.1"),
            ("get", "--png", "--bmp", "opc.tcp://127.0.0.1"),
            ("watch", "--interval", "fast", "opc.tcp://127.0.0.1"),
            ("watch", "--count", "0", "opc.tcp://127.0.0.1"),
            ("watch", "--deadband", "101", "opc.tcp://127.0.0.1"),
            ("config",),
            ("config", "check"),
            ("config", "frob"),
            ("user",),
            ("user", "frob"),
            ("user", "add"),
            ("user", "add", "a", "b"),
            ("user", "add", "a b"),
            ("user", "add", "anna", "--role", "king"),
            ("user", "list", "--role", "operator"),
            ("trust", "add"),
            ("trust", "list", "x"),
            ("cert", "show", "--next", "--client"),
            ("cert", "show", "--frob"),
        ]
        for arguments in wrong:
            self.assert_fails(USAGE, rf"Try 'uacam {arguments[0]} --help'", *arguments)

    def test_no_or_unknown_command(self):
        for arguments in ((), ("frob",)):
            code, out, err = run(*arguments)
            self.assertEqual((code, out), (USAGE, ""))
            self.assertIn("usage: uacam COMMAND", err)


class Config(CommandTestCase):
    def test_mistakes_have_their_place(self):
        cases = [
            ("server:\n  prot: 4840\n", 2, 3, "prot.*port"),
            ("sever:\n  port: 4840\n", 1, 1, "sever.*server"),
            ("server:\n  port: high\n", 2, 9, "1 to 65535"),
            ("server:\n  port: 70000\n", 2, 9, "1 to 65535"),
            ('server:\n  port: "4840"\n', 2, 9, "1 to 65535"),
            ("security:\n  anonymous: maybe\n", 2, 14, "true or false"),
            ("security:\n  none: always\n", 2, 9, "loopback, never or open"),
            ("log:\n  level: loud\n", 2, 10, "error, warning, info or debug"),
            ("camera:\n  linger: -1\n", 2, 11, "0 to 3600"),
            ("camera:\n  linger: .nan\n", 2, 11, "0 to 3600"),
            ("image:\n  quality: 85.5\n", 2, 12, "1 to 100"),
            ("cameras: sim\n", 1, 10, "list"),
            ("cameras:\n  - [sim]\n", 2, 5, "cameras"),
            ("cameras:\n  - sim:\n", 2, 5, "quotes"),
            ("server: 4840\n", 1, 9, ""),
            ("- server\n", 1, 1, ""),
            ("server:\n  port: 4840\n  port: 4841\n", 3, 3, "port"),
            ("server:\n  port: [4840\n", 3, 1, ""),
            ("server:\n\tport: 4840\n", 2, 1, ""),
        ]
        for text, line, column, words in cases:
            path = self.path("wrong.yaml", text)
            for command in (("config", "check", path), ("serve", "-c", path), ("config", "show", "-c", path)):
                with self.subTest(text=text, command=command[0]):
                    self.assert_fails(FAILED, rf"{re.escape(path)}:{line}:{column}: .*{words}", *command)

    def test_files_that_cannot_be_read(self):
        missing = self.path("missing.yaml")
        self.assert_fails(FAILED, re.escape(missing), "config", "check", missing)
        self.assert_fails(FAILED, re.escape(self.folder), "config", "check", self.folder)
        self.assert_fails(FAILED, re.escape(missing), "serve", "-c", missing)

    def test_good_files(self):
        good = [
            "",
            "# nothing but words\n",
            "server:\n",
            "server:\n  port: 4841\n  listen: loopback\nsecurity:\n  none: open\ncameras:\n  - 'sim:'\n  - \"sim:?id=two\"\n",
        ]
        for text in good:
            code, out, err = run("config", "check", self.path("good.yaml", text))
            self.assertEqual((code, out), (DONE, ""), err)

    def test_what_is_shown_can_be_read_again(self):
        text = "server:\n  port: 4999\ncamera:\n  linger: 2.5\nlog:\n  level: debug\ncameras:\n  - 'sim:?id=a\"b\\c'\n"
        code, shown, _ = run("config", "show", "-c", self.path("a.yaml", text))
        self.assertEqual(code, DONE)
        self.assertIn("port: 4999", shown)
        self.assertIn("linger: 2.5", shown)
        code, again, err = run("config", "show", "-c", self.path("b.yaml", shown))
        self.assertEqual((code, again), (DONE, shown), err)

    def test_search_order(self):
        os.mkdir(self.path("uacam"))
        self.path("uacam/uacam.yaml", "server:\n  port: 4711\n")
        code, out, _ = run("config", "show", home=self.folder)
        self.assertEqual(code, DONE)
        self.assertIn("port: 4711", out)

    def test_shipped_file_is_all_defaults(self):
        shipped = os.path.join(os.path.dirname(__file__), "../../../packaging/uacam.yaml")
        code, out, err = run("config", "show", "-c", shipped)
        self.assertEqual(code, DONE, err)
        self.assertEqual(out, run("config", "show")[1])


class Serve(CommandTestCase):
    def test_two_servers_on_one_port(self):
        with Server("sim:") as server:
            err = self.assert_serve_fails("--port", str(server.port))
            self.assertRegex(err, rf"port {server.port} is in use.*--port")
            self.assertTrue(server.is_alive())

    def assert_serve_fails(self, *options):
        code, out, err = run("serve", "--camera", "sim:", *options)
        self.assertEqual((code, out), (FAILED, ""))
        self.assertEqual(len([line for line in err.splitlines() if line.startswith("uacam: ")]), 1, err)
        return err

    def test_cameras_that_are_none(self):
        port = str(free_port())
        for uri, words in {
            "frob:1": "frob",
            "sim:?fps=fast": "fps",
            "sim:?colour=red": "colour",
            "": "",
        }.items():
            code, out, err = run("serve", "--port", port, "--camera", uri)
            self.assertEqual((code, out), (FAILED, ""), err)
            self.assertRegex(err, rf"(?m)^uacam: .*{words}")

    def test_a_camera_that_is_named_must_be_there(self):
        port = str(free_port())
        for uri, words in {
            "v4l2:/dev/video99": "/dev/video99 is not there",
            "file:/nowhere": "/nowhere: no such file or folder",
        }.items():
            code, out, err = run("serve", "--port", port, "--camera", uri)
            self.assertEqual((code, out), (FAILED, ""), err)
            self.assertRegex(err, rf"(?m)^uacam: {words}")

    def test_a_configured_camera_that_is_not_there_is_served_until_it_comes(self):
        place = self.path("later")
        with Server(config=f"cameras: ['file:{place}']\n") as server:
            self.assert_fails(FAILED, re.escape(place), "get", server.url())
            os.mkdir(place)
            with Server("sim:") as other:
                run("get", other.url(), "-o", os.path.join(place, "a.jpg"))

            def comes():
                return run("get", server.url(), "-o", self.path("x.jpg"))[0] == DONE

            wait_until(comes, 20, "a picture of the folder")

    def test_port_and_cameras_of_the_file(self):
        port = free_port()
        config = f"server:\n  port: {port}\ncameras:\n  - 'sim:?id=filed'\n"
        process = subprocess.Popen(
            [UACAM, "serve", "-c", self.path("c.yaml", config)],
            env=clean_environment(self.folder),
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                lines = iter(process.stderr.readline, "")
                self.assertTrue(any("is ready" in line for line in lines))
                code, _, err = run("get", f"opc.tcp://localhost:{port}", "filed", "-o", self.path("x.jpg"))
                self.assertEqual(code, DONE, err)
            finally:
                process.send_signal(signal.SIGINT)
                process.stderr.read()
        self.assertEqual(process.returncode, 0)

    def test_pictures_of_a_folder(self):
        with Server("sim:") as server:
            for name in ("a.jpg", "b.jpg"):
                self.assertEqual(run("get", server.url(), "-o", self.path(name))[0], DONE)
        with Server(f"file:{self.folder}") as server:
            out = self.path("again.jpg")
            code, _, err = run("get", server.url(), "-o", out)
            self.assertEqual(code, DONE, err)
            with open(out, "rb") as f:
                again = f.read()
            files = [open(self.path(n), "rb") for n in ("a.jpg", "b.jpg")]
            self.assertIn(again, [f.read() for f in files])
            for f in files:
                f.close()

    def test_open_warns(self):
        with Server("sim:", options=["--open"]) as server:
            self.assertRegex(server.text(), "(?m)^warning .*without encryption")


class Cameras(CommandTestCase):
    def test_json(self):
        code, out, err = run("cameras", "--json")
        self.assertEqual(code, DONE, err)
        for camera in json.loads(out):
            self.assertLessEqual({"id", "name", "uri", "state", "formats"}, set(camera))

    def test_text(self):
        code, out, err = run("cameras")
        self.assertEqual(code, DONE)
        self.assertTrue(out or "simulated" in err)


class Get(CommandTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:?id=left", "sim:?id=right&seed=9&size=1920x1080"))

    def get(self, *arguments, kind="JPEG"):
        path = self.path("x")
        code, out, err = run("get", self.server.url(), *arguments, "-o", path)
        self.assertEqual((code, out), (DONE, ""), err)
        with open(path, "rb") as f:
            return sim_picture.decode(f.read(), kind)

    def test_the_default_camera(self):
        pixels = self.get()
        expected = sim_picture.picture(sim_picture.frame_number(pixels), 640, 480)
        self.assertLess(sim_picture.mean_error(pixels, expected), 4)

    def test_a_named_camera_in_other_formats(self):
        for option, kind in (("--png", "PNG"), ("--bmp", "BMP")):
            pixels = self.get("right", option, kind=kind)
            expected = sim_picture.picture(sim_picture.frame_number(pixels), 1920, 1080, seed=9)
            self.assertTrue((pixels == expected).all())
        self.assertEqual(self.get("right", "--thumbnail").shape, (180, 320, 3))

    def test_standard_output(self):
        command = [UACAM, "get", self.server.url("/opcfy/server/"), "--max-age", "5000"]
        done = subprocess.run(command, capture_output=True, timeout=60, env=clean_environment(self.folder))
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(sim_picture.decode(done.stdout, "JPEG").shape, (480, 640, 3))

    def test_cameras_and_files_that_are_none(self):
        url = self.server.url()
        self.assert_fails(FAILED, r"no camera 'middle'; it has: left, right$", "get", url, "middle", "-o", self.path("x"))
        self.assert_fails(FAILED, "/nowhere/x.jpg", "get", url, "-o", "/nowhere/x.jpg")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_a_camera_by_the_name_that_people_gave(self):
        cameras = ['{uri: "sim:?id=a&size=32x24", name: Front door}', '{uri: "sim:?id=b", name: Gate}', '{uri: "sim:?id=c", name: Gate}']
        with Server(config=f"cameras: [{', '.join(cameras)}]\ndetection: {{kinds: []}}\n") as server:
            code, _, err = run("get", server.url(), "Front door", "-o", self.path("x.jpg"))
            self.assertEqual(code, DONE, err)
            self.assertIn("32x24", err)
            self.assert_fails(FAILED, r"no camera 'Gate'; it has: a, b, c$", "get", server.url(), "Gate")

    def test_nobody_there(self):
        port = free_port()
        self.assert_fails(FAILED, str(port), "get", f"opc.tcp://127.0.0.1:{port}")
        self.assert_fails(FAILED, "no.such.host.invalid", "get", "opc.tcp://no.such.host.invalid:4840")

    def test_servers_that_are_none(self):
        """They speak something else, or nothing, or hang up."""
        for words in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"ACKF\xff\xff\xff\xff", b"ERRF\x10\0\0\0\0\0\x0a\x80\xff\xff\xff\xff"):
            with self.subTest(words=words), socket.create_server(("127.0.0.1", 0)) as listener:

                def talk():
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(1000)
                        connection.sendall(words)
                        connection.shutdown(socket.SHUT_WR)
                        connection.recv(1000)

                thread = threading.Thread(target=talk)
                thread.start()
                self.assert_fails(FAILED, ".", "get", f"opc.tcp://127.0.0.1:{listener.getsockname()[1]}")
                thread.join()


class ForeignServer(CommandTestCase):
    """get and watch are clients of any server: here of asyncua's."""

    def test_a_picture_of_another_server(self):
        script = os.path.join(os.path.dirname(__file__), "foreign_server.py")
        port = free_port()
        url = f"opc.tcp://127.0.0.1:{port}"
        with Server("sim:") as server:
            run("get", server.url(), "-o", self.path("a.jpg"))
        with subprocess.Popen(
            [*TIED, sys.executable, script, url, self.path("a.jpg")], stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                node = process.stdout.readline().strip()
                code, _, err = run("get", url, node, "-o", self.path("b.jpg"))
                self.assertEqual(code, DONE, err)
                with open(self.path("a.jpg"), "rb") as a, open(self.path("b.jpg"), "rb") as b:
                    self.assertEqual(a.read(), b.read())
                code, out, err = run("watch", url, node, "--count", "1", "--interval", "100")
                self.assertEqual(code, DONE, err)
                self.assertIn("image/jpeg 640x480", out)
                code, out, err = run("bench", url, node, "--seconds", "1")
                self.assertEqual(code, DONE, err)
                self.assertRegex(out, r"(?m)^\d+ reads in ")
                self.assert_fails(FAILED, "Camera", "get", url)
            finally:
                process.kill()


class Watch(CommandTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    def test_count_and_folder(self):
        folder = self.path("pictures")
        code, out, err = run("watch", self.server.url(), "--interval", "50", "--count", "4", "-o", folder)
        self.assertEqual(code, DONE, err)
        self.assertEqual(len(out.splitlines()), 4)
        numbers = []
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as f:
                numbers.append(sim_picture.frame_number(sim_picture.decode(f.read(), "JPEG")))
        self.assertEqual(len(numbers), 4)
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_interrupt_is_a_good_end(self):
        command = [UACAM, "watch", self.server.url(), "--interval", "0"]
        with subprocess.Popen(
            command, env=clean_environment(self.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            for _ in range(3):
                self.assertRegex(process.stdout.readline(), r"\d{4}-\d\d-\d\dT.*image/jpeg 640x480")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
        self.assertEqual(process.returncode, DONE)

    def test_the_end_of_the_server_is_told(self):
        with Server("sim:") as server:
            command = [UACAM, "watch", server.url(), "--interval", "100"]
            with subprocess.Popen(
                command, env=clean_environment(self.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as process:
                process.stdout.readline()
                server.stop()
                _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, FAILED)
        self.assertRegex(err, "(?m)^uacam: .*(shut|closed|connection)")


if __name__ == "__main__":
    unittest.main()
