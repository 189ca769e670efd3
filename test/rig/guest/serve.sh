#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The real server on two cameras of the kernel's test driver and a webcam; then it does what the host asks for.
#
#   serve.sh UACAM UVCSIM PICTURES       a folder of 640x480 JPEG files
#
# The host leaves commands in the file ask of the results folder, one file at a time; what they print comes back in
# the file answer, their exit code in the file answered. They run in this very shell: jobs and variables stay.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
uacam=$1
uvcsim=$2
pictures=("$3"/*.jpg)

# plug SERIAL PORT, unplug SERIAL: a webcam.
declare -A webcams
plug() {
    plug_webcam "$uvcsim" "$2" "$1" 15 640 480 "${pictures[@]}"
    webcams[$1]=$webcam_pid
}

unplug() {
    kill "${webcams[$1]}"
    wait_for 60 no_webcam "$1"
}

# watch_times: from now on the file times of the results folder tells when cameras come and go.
watch_times() {
    python3 -I "$here/times.py" "$RIG_OUT/server.log" 30 >"$RIG_OUT/times" &
    wait_for 60 grep -q ready "$RIG_OUT/times"
}

# vivid bind, vivid unbind: one platform device carries both cameras. Nodes that are still open keep their numbers.
vivid() {
    echo vivid.0 >"/sys/bus/platform/drivers/vivid/$1"
    wait_for 60 nothing_lingers
}

nothing_lingers() {
    ! find "/proc/$server/fd" -lname '/dev/video* (deleted)' | grep -q .
}

echo rig >/proc/sys/kernel/hostname
install -m 600 "$RIG_OUT"/server.{der,pem} /run/
load_vivid 2
plug RIG-A 0
cat >/run/uacam.yaml <<YAML
camera:
  linger: 1
  width: 640
  height: 360
  frame_rate: 10
  capture_timeout: 15
state:
  folder: /run/uacam
security:
  certificate: /run/server.der
  key: /run/server.pem
YAML
# The clients outside look without encryption; those that also write have a certificate, the user's too.
"$uacam" user add rig --role operator --certificate "$RIG_OUT/client.der" -c /run/uacam.yaml
"$uacam" trust add "$RIG_OUT/client.der" -c /run/uacam.yaml
"$uacam" serve --open -c /run/uacam.yaml 2>"$RIG_OUT/server.log" &
server=$!

rm -f "$RIG_OUT"/ask "$RIG_OUT"/answer*
while kill -0 "$server" 2>/dev/null; do
    wait_for 1 test -e "$RIG_OUT/ask" || continue
    code=0
    # shellcheck disable=SC1091
    . "$RIG_OUT/ask" >"$RIG_OUT/answer" 2>&1 || code=$?
    rm "$RIG_OUT/ask"
    echo "$code" >"$RIG_OUT/answering"
    mv "$RIG_OUT/answering" "$RIG_OUT/answered"
done
wait "$server" || fail "the server ended with $?: $(tail -n 20 "$RIG_OUT/server.log")"
