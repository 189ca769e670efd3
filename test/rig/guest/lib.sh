#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What scripts that run in the rig's virtual machine share. Source it first.
set -euo pipefail

fail() {
    echo "FAILED: $*"
    exit 1
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when it does not in time.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# load_vivid COUNT: this many cameras of the kernel's test driver, as /dev/video0 and on. All but the first have
# the multi-planar interface.
load_vivid() {
    local count=$1 ones planar
    ones=$(printf '1,%.0s' $(seq "$count"))
    ones=${ones%,}
    planar=${ones//,1/,2}
    modprobe -d /run vivid "n_devs=$count" "node_types=$ones" "num_inputs=$ones" "input_types=${ones//1/0}" \
        "multiplanar=$planar"
    wait_for 60 test -e "/dev/video$((count - 1))" || fail "vivid made no camera"
}

# plug_webcam UVCSIM PORT SERIAL FPS WIDTH HEIGHT PICTURE...: plugs a simulated webcam in; $webcam_pid is its
# process, $webcam its capture node. Unplug it with: kill $webcam_pid
# shellcheck disable=SC2034
plug_webcam() {
    local serial=$3
    modprobe -d /run vhci-hcd
    modprobe -d /run uvcvideo
    "$@" &
    webcam_pid=$!
    wait_for 60 webcam_node "$serial" || fail "webcam $serial made no node"
    webcam=$(webcam_node "$serial")
}

# The capture node of the webcam with this serial number; its other node carries metadata.
webcam_node() {
    local node usb
    for node in /sys/class/video4linux/video*; do
        usb=$(realpath "$node/device/..")
        if [ "$(cat "$usb/serial" 2>/dev/null)" = "$1" ] && [ "$(cat "$node/index")" = 0 ]; then
            echo "/dev/${node##*/}"
            return 0
        fi
    done
    return 1
}

no_webcam() {
    ! webcam_node "$1"
}
