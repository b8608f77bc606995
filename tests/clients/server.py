"""One running `xenios up` with a simulated pool, on free loopback ports."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections import deque
from pathlib import Path

import XenAPI

PASSWORD = "a password only for tests"
READY = "ready in "


def free_ports(count: int) -> list[int]:
    """All are held until the last is found, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    def __init__(self, spec="hosts=3,vms=50,seed=7", speed="max", data: Path | None = None, more=()):
        plain, tls, web = free_ports(3)
        self.plain_address, self.tls_address = f"127.0.0.1:{plain}", f"127.0.0.1:{tls}"
        self.url, self.tls_url = f"http://{self.plain_address}", f"https://{self.tls_address}"
        self.web_url = f"http://127.0.0.1:{web}"
        # The client's way of naming a socket cannot spell an underscore.
        self.folder = Path(tempfile.gettempdir()) / f"xenios-{uuid.uuid4().hex}"
        self.folder.mkdir(mode=0o700)
        self.socket = self.folder / "xapi"
        keep = ["--data", str(data)] if data else ["--ephemeral"]
        self.command = [
            os.environ["XENIOS_BINARY"], "up", *keep, "--simulate", spec, "--sim-speed", speed,
            "--xapi-plain", self.plain_address, "--xapi-listen", self.tls_address,
            "--xapi-socket", str(self.socket), "--listen", f"127.0.0.1:{web}", *more,
        ]
        self.log = deque(maxlen=200)
        self.start(XENIOS_ROOT_PASSWORD=PASSWORD, XENIOS_ADMIN_PASSWORD=PASSWORD)

    def start(self, patience=30, **environment):
        """Again, on what is kept. Without passwords in the environment those that are kept count."""
        self.ready, self.ended = threading.Event(), False
        self.process = subprocess.Popen(
            self.command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        if not self.ready.wait(patience) or self.ended:
            self.kill()
            raise RuntimeError(f"the server did not get ready:\n{self.tail()}")

    def _read(self, stdout):
        for line in stdout:
            self.log.append(line)
            if READY in line:
                self.ready.set()
        self.ended = True
        self.ready.set()
        stdout.close()

    def tail(self) -> str:
        return "".join(self.log)

    def stop(self) -> int:
        """As the system does it: SIGTERM, then wait for a clean end."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def close(self):
        """At the end of a test."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def login(self, url=None, **options) -> XenAPI.Session:
        session = XenAPI.Session(url or self.url, **options)
        session.login_with_password("root", PASSWORD, "2.21", "xenios tests")
        return session


def wait_until(condition, patience=20.0, what="it"):
    """Ask again and again; what the condition returned in the end is returned."""
    end = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.02)
    return answer
