"""What holds for every test: nothing is warned about, nothing is left, nothing real is touched."""

import os

# Before anything loads Qt. A developer may see the windows: QT_QPA_PLATFORM=xcb.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = [
    "helpers.logfail",
    "helpers.leaks",
    "helpers.isolation",
    "helpers.order",
    "helpers.postgres",
    "pytester",
]
