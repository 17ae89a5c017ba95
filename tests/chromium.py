"""A headless Chromium spoken to over a pipe: no package, no port, no profile left behind."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.programs import needed

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Chromium:
    """One tab. `events` holds what the browser told while answers were awaited."""

    def __enter__(self) -> Chromium:
        self.folder = tempfile.mkdtemp()
        ours, self.write = os.pipe()
        self.read, theirs = os.pipe()
        path = needed(*NAMES)
        # the browser reads from its descriptor 3 and writes to its descriptor 4
        command = f'exec "$0" "$@" 3<&{ours} 4>&{theirs}'
        options = (*OPTIONS, f"--user-data-dir={self.folder}", "about:blank")
        self.process = subprocess.Popen(
            ["bash", "-c", command, path, *options],
            pass_fds=(ours, theirs),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(ours)
        os.close(theirs)
        self.rest, self.count, self.session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        tabs = self("Target.getTargets")["targetInfos"]
        tab = next(one["targetId"] for one in tabs if one["type"] == "page")
        self.session = self("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self(f"{domain}.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.write)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.read)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer."""
        self.count += 1
        message: dict[str, Any] = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self.count:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            chunk = os.read(self.read, 1 << 20)
            assert chunk, "the browser has ended"
            self.rest += chunk
        first, self.rest = self.rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(first)
        return told

    def open(self, path: Path | str, width: int = 1000, height: int = 800) -> None:
        """A file in a window of a size."""
        self(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self("Page.navigate", url=Path(path).resolve().as_uri())
        while not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            self.events.append(self._next())
        self.events = [one for one in self.events if one.get("method") != "Page.loadEventFired"]

    def value(self, expression: str) -> Any:
        """What JavaScript makes of an expression."""
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def media(self, kind: str = "", scheme: str = "light") -> None:
        """Screen or print ("": as it is), light or dark."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self("Emulation.setEmulatedMedia", media=kind, features=[feature])

    def picture(self, path: Path | str) -> None:
        """The whole page as PNG."""
        answer = self("Page.captureScreenshot", captureBeyondViewport=True)
        Path(path).write_bytes(base64.b64decode(answer["data"]))

    def printed(self, path: Path | str) -> None:
        """The page on A4 paper as PDF."""
        answer = self("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        Path(path).write_bytes(base64.b64decode(answer["data"]))
