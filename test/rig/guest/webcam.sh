#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The simulated webcam gives the very pictures it was given, keeps its settings, and survives replugging.
#
#   webcam.sh UVCSIM PICTURES       a folder of 640x480 JPEG files
. "$(dirname "$0")/lib.sh"
uvcsim=$1
pictures=("$2"/*.jpg)
got=$RIG_OUT/got

plug() {
    plug_webcam "$uvcsim" 0 RIG-A 15 640 480 "${pictures[@]}"
}

# capture FORMAT COUNT
capture() {
    timeout 90 v4l2-ctl -d "$webcam" -v width=640,height=480,pixelformat="$1" --stream-mmap=4 \
        --stream-count="$2" --stream-to="$got" >/dev/null 2>&1
}

# Is the captured file these pictures one after the other?
is_sequence() {
    cat "$@" | cmp -s - "$got"
}

plug
python3 -I "$(dirname "$0")/uevents.py" 60 >"$RIG_OUT/uevents" &
listener=$!

capture MJPG 1 || fail "no MJPEG"
found=
for i in "${!pictures[@]}"; do
    is_sequence "${pictures[$i]}" && found=$i
done
[ -n "$found" ] || fail "the MJPEG picture is none of those given"

capture YUYV 1 || fail "no YUYV"
[ "$(stat -c %s "$got")" -eq $((640 * 480 * 2)) ] || fail "the YUYV picture has a wrong size"
read -r a chroma b _ < <(od -An -v -tu1 -N4 "$got")
[ "$chroma" -eq 128 ] && [ "$b" -eq $(((a + 1) % 256)) ] || fail "the YUYV picture is no ramp: $a $chroma $b"

v4l2-ctl -d "$webcam" -c brightness=-7,gain=20
v4l2-ctl -d "$webcam" -C brightness,gain | grep -q 'brightness: -7' || fail "brightness was not kept"
v4l2-ctl -d "$webcam" -C gain | grep -q 'gain: 20' || fail "gain was not kept"

rm "$got"
timeout 90 v4l2-ctl -d "$webcam" -v width=640,height=480,pixelformat=MJPG --stream-mmap=4 >"$got" 2>&1 &
stream=$!
wait_for 60 grep -aq "<" "$got" || fail "no stream"
kill "$webcam_pid"
wait "$stream" || [ $? -ne 124 ] || fail "streaming did not end with the camera"
grep -aq 'VIDIOC_DQBUF: failed' "$got" || fail "streaming ended otherwise: $(tail -c 200 "$got")"
wait_for 60 no_webcam RIG-A || fail "the unplugged node stays"
plug
capture MJPG 1 || fail "no MJPEG after replugging"
kill "$webcam_pid" "$listener"
grep -q '^remove .*video' "$RIG_OUT/uevents" || fail "no uevent told of the unplugging"
grep -q '^add .*video' "$RIG_OUT/uevents" || fail "no uevent told of the plugging in"
echo "webcam: passed"
