# SPDX-License-Identifier: Apache-2.0
"""A network of its own with ONVIF devices that answer, and some that answer wrongly; runs a command in it.

usage: unshare --map-root-user --net onvif_network.py COMMAND...
"""

import re
import socket
import subprocess
import sys
import threading

GROUP, PORT = "239.255.255.250", 3702

MATCH = """<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:{uuid}</a:Address></a:EndpointReference>
<d:Types>n:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/{name}
onvif://www.onvif.org/hardware/C{uuid}</d:Scopes><d:XAddrs>http://192.0.2.{uuid}/onvif/device_service</d:XAddrs>
</d:ProbeMatch>"""

ANSWER = """<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<s:Header><a:RelatesTo>{message}</a:RelatesTo></s:Header>
<s:Body><d:ProbeMatches>{matches}</d:ProbeMatches></s:Body></s:Envelope>"""


def answers(message):
    door = MATCH.format(uuid=7, name="Front%20Door")
    yard = MATCH.format(uuid=8, name="Yard")
    yield ANSWER.format(message=message, matches=door)
    yield ANSWER.format(message=message, matches=door)  # once more, as by another network
    yield "<s:Envelope"
    yield '<!DOCTYPE a [<!ENTITY b "c">]>' + ANSWER.format(message=message, matches=MATCH.format(uuid=9, name="&b;"))
    yield ANSWER.format(message="urn:uuid:somebody-else", matches=MATCH.format(uuid=10, name="Alien"))
    yield ANSWER.format(message=message, matches=yard)


def serve(sock):
    while True:
        probe, peer = sock.recvfrom(65536)
        message = re.search(rb"<w:MessageID>([^<]+)</w:MessageID>", probe)
        if message and b"NetworkVideoTransmitter" in probe:
            for answer in answers(message[1].decode()):
                sock.sendto(answer.encode(), peer)


def main():
    subprocess.run(["ip", "link", "set", "lo", "up", "multicast", "on"], check=True)
    subprocess.run(["ip", "route", "add", "224.0.0.0/4", "dev", "lo"], check=True)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((GROUP, PORT))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                    socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1"))
    threading.Thread(target=serve, args=(sock,), daemon=True).start()
    sys.exit(subprocess.run(sys.argv[1:]).returncode)


if __name__ == "__main__":
    main()
