# SPDX-License-Identifier: Apache-2.0
"""Which files are ours."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def owned_files(*patterns):
    """Paths below ROOT that git keeps, or would keep, and that match one of the patterns."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [pathlib.Path(line) for line in listed.splitlines() if (ROOT / line).is_file()]
