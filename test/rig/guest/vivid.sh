#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kernel's test driver streams, counts its frames, and can be unplugged and plugged in again.
. "$(dirname "$0")/lib.sh"
frame=$((640 * 360 * 2))

# capture NODE COUNT FILE
capture() {
    timeout 90 v4l2-ctl -d "$1" -v width=640,height=360,pixelformat=YUYV --stream-mmap=4 --stream-count="$2" \
        --stream-to="$3" >/dev/null 2>&1
}

load_vivid 2
for node in /dev/video0 /dev/video1; do
    capture "$node" 3 "$RIG_OUT/pictures.yuyv" || fail "$node does not stream"
    [ "$(stat -c %s "$RIG_OUT/pictures.yuyv")" -eq $((3 * frame)) ] || fail "$node gave no three frames"
    cmp -s "$RIG_OUT/pictures.yuyv" <(head -c $((3 * frame)) /dev/zero) && fail "$node gave empty frames"
done

# One platform device carries all of the driver's cameras.
echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
wait_for 60 test ! -e /dev/video0 -a ! -e /dev/video1 || fail "the unplugged nodes stay"
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
wait_for 60 test -e /dev/video1 || fail "the nodes did not come back"
capture /dev/video0 1 "$RIG_OUT/pictures.yuyv" || fail "/dev/video0 does not stream again"
echo "vivid: passed"
