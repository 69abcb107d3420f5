"""`angrilien`, and `python -m angrilien`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from angrilien import cli

_NO_DEMO = "Ce programme n’a pas la démonstration. Essayez «\u00a0--training\u00a0».\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the application, or its demonstration; return the process's exit code."""
    asked = cli.read_arguments(argv)
    code = cli.run(asked)
    if code is not None:
        return code
    if asked.trial_start:
        return _trial_start()
    if asked.demo:
        try:
            from angrilien import demo  # noqa: PLC0415 - it brings a server of its own
        except ModuleNotFoundError:
            # An installed program has no server.
            if sys.stderr is not None:
                sys.stderr.write(_NO_DEMO)
            return 1
        return demo.run(asked.out)
    from angrilien import app  # noqa: PLC0415 - what needs no window needs no Qt either

    return app.run(
        app.Options(
            data_dir=asked.data_dir,
            programme=asked.programme,
            profile=asked.profile,
            command=app.command_line(),
            locked=asked.locked,
            training=asked.training,
        )
    )


def _trial_start() -> int:
    """Start as the training does, unseen and in a throw-away folder; 0 if it went well."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from angrilien import app  # noqa: PLC0415 - as above
    from angrilien.ui.trial_start import TrialStart  # noqa: PLC0415

    trial = TrialStart()

    def begin(application: app.Application) -> None:
        application.start()
        trial.watch(application.window)

    with tempfile.TemporaryDirectory(
        prefix="angrilien-essai-", ignore_cleanup_errors=True
    ) as folder:
        code = app.run(app.Options(data_dir=Path(folder), training=True), begin=begin)
    return code or int(not trial.is_good)


if __name__ == "__main__":
    sys.exit(main())
