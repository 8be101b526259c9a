# SPDX-License-Identifier: Apache-2.0
"""Tests that mount: each runs again in a process whose mounts nobody else sees, as root there if not as root here."""

import functools
import os
import pathlib
import subprocess
import sys

RUN = pathlib.Path(__file__).resolve().parents[1] / "run.py"
INSIDE = "RF_OWN_MOUNTS"


def own_mounts(test):
    """Decorates a test method."""
    @functools.wraps(test)
    def run(self):
        if os.environ.get(INSIDE):
            return test(self)
        words = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
        if subprocess.run([*words, "true"], capture_output=True).returncode != 0:
            self.skipTest("not allowed to have mounts of its own (unshare --mount): be root, or allow user namespaces")
        inside = subprocess.run([*words, sys.executable, RUN, "--no-skips", "-k", self.id(), "real"], timeout=600,
                                capture_output=True, text=True,
                                env={**os.environ, INSIDE: "1"})
        if inside.returncode != 0:
            self.fail(inside.stdout + inside.stderr)
    return run


def mount_small(directory, megabytes):
    """A file system of its own, in memory, of that size."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", directory], check=True)


def remount(directory, word):
    """`word` is ro or rw."""
    subprocess.run(["mount", "-o", f"remount,{word}", directory], check=True)


def fill(directory):
    """Takes all space that is left; the file that holds it."""
    filler = pathlib.Path(directory) / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(b"f" * size) == size:
                    pass
            except OSError:
                pass
    return filler
