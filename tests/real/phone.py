# SPDX-License-Identifier: Apache-2.0
"""A real telephone: baresip, with a tone for a voice and a file for an ear, led through its TCP control port."""

import json
import math
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import wave

from real.server import LOGS, free_port, wait_until

ANSWER_SECONDS = 10
MODULES = "/usr/lib/baresip/modules"

CONFIG = """\
module_path {modules}
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
poll_method epoll
sip_listen {listen}:0
net_interface {host}
{prefer_ipv6}
ctrl_tcp_listen 127.0.0.1:{control}
audio_source ausine,{tone}
audio_player aubridge,ear
audio_alert aubridge,bell
audio_path /nonexistent
ausrc_srate 48000
ausrc_channels 2
auplay_srate 48000
auplay_channels 2
snd_path {folder}
"""


class Phone:
    """One baresip with one account. It answers calls by itself. Use as a context manager.

    server is the (host, port) of a listener; the phone sends everything there (outbound proxy), so that the domain
    needs no DNS. tone is the frequency in Hz the phone speaks with.
    """

    def __init__(self, user, domain, password, server, transport="udp", host="127.0.0.1", tone=440):
        self.user, self.domain, self.tone = user, domain, tone
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"rf-phone-{user}-"))
        self.control = free_port()
        bracketed = f"[{host}]" if ":" in host else host
        proxy = f"[{server[0]}]:{server[1]}" if ":" in server[0] else f"{server[0]}:{server[1]}"
        (self.folder / "config").write_text(CONFIG.format(
            modules=MODULES, listen=bracketed, host=host, control=self.control, tone=tone, folder=self.folder,
            prefer_ipv6="prefer_ipv6 yes" if ":" in host else ""))
        (self.folder / "accounts").write_text(
            f'<sip:{user}@{domain};transport={transport}>;auth_pass={password};outbound="sip:{proxy};'
            f'transport={transport}";regint=300;answermode=auto\n')
        (self.folder / "contacts").write_text("")
        self._events, self._changed = [], threading.Condition()

    @property
    def aor(self):
        return f"sip:{self.user}@{self.domain}"

    def __enter__(self):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{self.folder.name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["baresip", "-f", str(self.folder)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        self._line = wait_until(self._connect, ANSWER_SECONDS, f"baresip of {self.user} opens its control port")
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        try:
            self.process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._line.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # The control port: netstrings of JSON

    def _connect(self):
        try:
            return socket.create_connection(("127.0.0.1", self.control), timeout=1)
        except OSError:
            return None

    def _listen(self):
        self._line.settimeout(None)
        buffer = b""
        while True:
            try:
                received = self._line.recv(65536)
            except OSError:
                return
            if not received:
                return
            buffer += received
            while (found := re.match(rb"(\d+):", buffer)) and len(buffer) > found.end() + int(found[1]):
                end = found.end() + int(found[1])
                with self._changed:
                    self._events.append(json.loads(buffer[found.end():end]))
                    self._changed.notify_all()
                buffer = buffer[end + 1:]

    def _await(self, wanted, seconds, what):
        with self._changed:
            if not self._changed.wait_for(lambda: any(map(wanted, self._events)), seconds):
                raise AssertionError(f"{self.user}: no {what} within {seconds} s; it saw "
                                     f"{[event.get('type') for event in self._events if 'event' in event]}")
            found = next(filter(wanted, self._events))
            self._events.remove(found)
            return found

    def command(self, word, parameters=""):
        body = json.dumps({"command": word, "params": parameters, "token": word}).encode()
        self._line.sendall(b"%d:%s," % (len(body), body))
        return self._await(lambda event: event.get("token") == word, ANSWER_SECONDS, f"answer to {word}")["data"]

    def event(self, kind, seconds=ANSWER_SECONDS):
        """Waits for an event of this type and takes it."""
        return self._await(lambda event: event.get("type") == kind, seconds, kind)

    # What a person does with it

    def registration(self):
        """the line of `reginfo` about the account"""
        return re.sub(r"\x1b\[[;0-9]*m", "", self.command("reginfo"))

    def wait_registered(self, seconds=ANSWER_SECONDS):
        wait_until(lambda: re.search(r"\bOK\b", self.registration()), seconds, f"{self.user} is registered", pause=0.2)

    def wait_refused(self, seconds=ANSWER_SECONDS):
        wait_until(lambda: re.search(r"\bERR\b", self.registration()), seconds, f"{self.user} is refused", pause=0.2)

    def dial(self, aor):
        self.command("dial", aor)

    def hang_up(self):
        self.command("hangup")

    def recorded_seconds(self):
        """How much of the other side's sound it has written down in this call (16-bit, 8000 Hz)."""
        files = sorted(self.folder.glob("dump-*-dec.wav"))
        return files[-1].stat().st_size / 16000 if files else 0

    def heard(self):
        """The loudest of some tones in what the other side sent, once the call has ended; None for silence."""
        files = sorted(self.folder.glob("dump-*-dec.wav"))
        return loudest_tone(files[-1]) if files else None


def loudest_tone(path, candidates=(440, 600, 700, 850, 1000)):
    """Goertzel's filter for each candidate over a WAV file; None when nothing stands out."""
    with wave.open(str(path)) as sound:
        rate, channels = sound.getframerate(), sound.getnchannels()
        frames = memoryview(sound.readframes(sound.getnframes())).cast("h")[::channels].tolist()
    frames = frames[len(frames) // 3:]  # the beginning is jitter buffer
    if not frames:
        return None
    powers = {tone: goertzel(frames, tone / rate) for tone in candidates}
    best = max(powers, key=powers.get)
    others = sum(power for tone, power in powers.items() if tone != best)
    return best if powers[best] > 10 * others > 0 or (powers[best] > 0 and others == 0) else None


def goertzel(frames, cycles_per_frame):
    factor = 2 * math.cos(2 * math.pi * cycles_per_frame)
    one, two = 0.0, 0.0
    for value in frames:
        one, two = value + factor * one - two, one
    return one * one + two * two - factor * one * two
