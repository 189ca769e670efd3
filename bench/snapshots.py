# SPDX-License-Identifier: Apache-2.0
"""What snapshots on demand cost: comparing, sharing, shooting, watching a scene where nothing happens."""
import hashlib
import subprocess
from pathlib import Path

from support import WATCHED_SECONDS, Subscribers, uacam

IMAGE_SECONDS = 4
SHARED_FRAMES = 60
SUBSCRIBERS = 50
ROUNDS = 3
SHOTS = 100
FPS = 30
PICTURE = "ns=2;s=Cameras/sim/CameraImage"

ROOT = Path(__file__).resolve().parent.parent
PHOTO_PACKAGE = "python3-imageio=2.4.1-5"
PHOTO = "usr/lib/python3/dist-packages/imageio/resources/images/astronaut.png"
PHOTO_SHA256 = "b6d8f15b9103f9f9368608886d396d9ce92b10989aee1539a1e37dd1a415b9dd"
DEBIAN_PYTHON = "/usr/bin/python3"


def output(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def fetch_photo():
    """A photo of 512x512 out of a Debian package, which is downloaded to build/photo/, not installed. None offline."""
    folder = ROOT / "build" / "photo"
    photo = folder / PHOTO
    if not photo.exists():
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", PHOTO_PACKAGE], cwd=folder,
                             capture_output=True)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
            package.unlink()
        if got.returncode or not photo.exists():
            return None
    return photo if hashlib.sha256(photo.read_bytes()).hexdigest() == PHOTO_SHA256 else None


# ---- inside ----

def measure_images(build, table):
    """Gives the ms that a JPEG of the simulated camera takes."""
    photo = fetch_photo()
    lines = output(build / "bench/bench_image", IMAGE_SECONDS, *([photo] if photo else []))
    ms = {name: float(value) for name, value in map(str.split, lines.splitlines())}
    table.add("change of a 1080p pair, luma at hand", "ms", ms["change"], at_most=0.4)
    for name in ("Mono8", "NV12", "YUYV", "RGB8"):
        table.add(f"luma of a 1080p frame, {name}", "ms", ms[f"luma_{name.lower()}"])
    size = f"{ms['jpeg_bytes'] / 1e3:.0f} KB of {'a photo' if photo else 'noise'}"
    table.add(f"luma of a 1080p MJPEG, {size}", "ms", ms["luma_mjpeg"], ms["bare_mjpeg"],
              ms["luma_mjpeg"] / ms["bare_mjpeg"], at_most=1.1)
    table.add("MJPEG pass-through of a 1080p frame", "ms", ms["pass_mjpeg"], ms["recode_mjpeg"],
              ms["pass_mjpeg"] / ms["recode_mjpeg"], at_most=0.05)
    for name in ("NV12", "YUYV", "RGB8"):
        ours, bare = (ms[f"{who}_{name.lower()}"] for who in ("encode", "bare"))
        table.add(f"JPEG of a 1080p frame, {name}", "ms", ours, bare, ours / bare, at_most=1.1)
    return ms["encode_sim"]


def measure_sharing(build, table):
    frames, encodes, pairs, comparisons, _ = map(int, output(build / "bench/bench_share", SHARED_FRAMES).split())
    table.add(f"{SUBSCRIBERS} demands on one camera, encodes", "1/frame", encodes / frames, at_most=1)
    table.add(f"{SUBSCRIBERS} demands on one camera, comparisons", "1/distinct pair", comparisons / pairs, at_most=1)


# ---- from outside ----

def watched_cpu_per_minute(build, folder, camera, interval_ms, deadband):
    with uacam(build, folder, [camera]) as (server, _):
        watching = Subscribers(build, server.port, PICTURE, 1, interval_ms, deadband)
        before = server.cpu_seconds()
        watching.result()
        return (server.cpu_seconds() - before) / WATCHED_SECONDS * 60


def measure_shots(build, folder, table, encode_ms):
    interval_ms = 1000 / FPS
    with uacam(build, folder, [f"sim:?fps={FPS}"]) as (server, _):
        rounds = [tuple(map(float, output(build / "bench/bench_shoot", server.port, PICTURE, SHOTS, interval_ms).split()))
                  for _ in range(ROUNDS)]
    median, p99 = (min(side) for side in zip(*rounds))
    table.add(f"a new picture (maxAge 0) at {FPS} Hz, median", "ms", median)
    table.add(f"a new picture (maxAge 0) at {FPS} Hz, p99", "ms", p99, at_most=round(interval_ms + encode_ms + 2, 1))


def sample_way(picture):
    return float(output(DEBIAN_PYTHON, ROOT / "bench/sample_way.py", picture, WATCHED_SECONDS))


def save_still(build, folder, camera):
    """The scene as a PNG."""
    path = folder / "still.png"
    with uacam(build, folder, [camera]) as (server, _):
        output(build / "src/app/uacam", "get", f"opc.tcp://127.0.0.1:{server.port}", PICTURE + "Png", "-o", path)
    return path


def measure_still(build, folder, table):
    camera = "sim:?scene=still&size=640x480"
    what = "a still scene watched at 10 Hz"
    pictures = {}
    if subprocess.run([DEBIAN_PYTHON, "-c", "import cv2"], capture_output=True).returncode:
        what += " (no python3-opencv to compare with)"
    else:
        pictures = {"bars": save_still(build, folder, camera), "a photo": fetch_photo()}
    ours, theirs = [], {name: [] for name, picture in pictures.items() if picture}
    for _ in range(ROUNDS):
        ours.append(watched_cpu_per_minute(build, folder, camera, 100, 3))
        for name, seconds in theirs.items():
            seconds.append(sample_way(pictures[name]))
    for name, seconds in theirs.items():
        table.add(f"{what}, {name}", "CPU s/min", min(ours), min(seconds), min(ours) / min(seconds), at_most=0.05)
    if not theirs:
        table.add(what, "CPU s/min", min(ours))


def measure(build, folder, table):
    encode_ms = measure_images(build, table)
    measure_sharing(build, table)
    measure_shots(build, folder, table, encode_ms)
    measure_still(build, folder, table)
