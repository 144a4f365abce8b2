"""A real Chromium, driven through the pipe of its DevTools protocol: no driver and no port is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "Tab": (9, "\t")}
Json = dict[str, Any]


def find_chromium() -> str | None:
    """The browser that `CHROMIUM` names, else the first one on the path."""
    return os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page of a running browser."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._held = b""
        self._number = 0
        self._session = ""
        self.requested: list[str] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self._send(f"{domain}.enable")

    def open(self, file: Path) -> None:
        """Show a file, and wait until it is loaded."""
        self._send("Page.navigate", url=file.as_uri())
        while self._message().get("method") != "Page.loadEventFired":
            pass

    def value(self, script: str) -> Any:
        """What an expression of the page's own language gives; a promise is waited for."""
        answer = self._send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._send("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press and let go of one key."""
        code, text = KEYS[key] if key in KEYS else (ord(key.upper()), key)
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self._send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed)

    def prefer(self, scheme: str) -> None:
        """Have the system prefer `light` or `dark`."""
        self._send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def resize(self, width: int, height: int) -> None:
        """Give the page a window of this size."""
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true, looking at every frame, for 10 s at most."""
        waiting = f"new Promise((yes, no) => {{ const end = Date.now() + 10000; const look = () => ({script}) ? yes(true) : "
        waiting += "Date.now() > end ? no(new Error('waited in vain')) : setTimeout(look, 10); look(); })"
        self.value(waiting)

    def _send(self, method: str, **params: object) -> Json:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params, **({"sessionId": self._session} if self._session else {})}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: Json = answer["result"]
                return result

    def _message(self) -> Json:
        while b"\0" not in self._held:
            read = os.read(self._from, 1 << 16)
            assert read, "the browser is gone"
            self._held += read
        text, _, self._held = self._held.partition(b"\0")
        message: Json = json.loads(text)
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(message["params"]["request"]["url"])
        return message


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A page of a fresh browser whose files are in the folder `profile`."""
    binary = find_chromium()
    assert binary is not None
    read_by_browser, to_browser = os.pipe()
    from_browser, written_by_browser = os.pipe()
    # The browser reads from its file 3 and writes to its file 4, whatever they are called here.
    script = f'exec "$0" "$@" 3<&{read_by_browser} 4>&{written_by_browser}'
    command = ["bash", "-c", script, binary, *QUIET, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    passed = (read_by_browser, written_by_browser)
    process = subprocess.Popen(command, pass_fds=passed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for end in passed:
            os.close(end)
        yield Page(to_browser, from_browser)
    finally:
        process.terminate()
        process.wait(timeout=30)
        os.close(to_browser)
        os.close(from_browser)
