"""How long the built program takes to start, against the same code from a virtual environment.

    measure_start.py [--program FOLDER] [--environment FOLDER] [--turns 9]

By turns, so that what slows the machine slows both: a whole start, unseen, in a throw-away folder
(a notebook is made, the first screen is drawn), to its end. It ends with 1 where the program takes
more than 1.3 times as long.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
WORK: Final = ROOT / "build" / "linux"
AT_MOST: Final = 1.3


def main(argv: list[str] | None = None) -> int:
    """Measure; return 0 where the program is quick enough."""
    parser = argparse.ArgumentParser(description="Measure how the built program starts.")
    parser.add_argument("--program", type=Path, default=WORK / "program" / "angrilien")
    parser.add_argument("--environment", type=Path, default=WORK / "environment")
    parser.add_argument("--turns", type=int, default=9)
    asked = parser.parse_args(argv)
    ways = {
        "built": [str(asked.program / "angrilien"), "--trial-start"],
        "environment": [
            str(asked.environment / "bin" / "python"), "-m", "angrilien", "--trial-start",
        ],
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(asked.turns + 1):
        for name, words in ways.items():
            begun = time.perf_counter()
            subprocess.run(words, env=kept, check=True)  # noqa: S603 - what was just built
            if turn:  # the first one fills the cache of the disk
                took[name].append(time.perf_counter() - begun)
    for name, each in took.items():
        print(f"{name}: {statistics.median(each):.2f} s ({min(each):.2f} to {max(each):.2f})")
    pairs = zip(took["built"], took["environment"], strict=True)
    ratio = statistics.median(built / plain for built, plain in pairs)
    print(f"ratio: {ratio:.2f}, at most {AT_MOST}")
    return 0 if ratio <= AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
