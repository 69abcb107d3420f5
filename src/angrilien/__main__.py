"""`angrilien`, and `python -m angrilien`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from angrilien import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run the application, or its demonstration; return the process's exit code."""
    asked = cli.read_arguments(argv)
    code = cli.run(asked)
    if code is not None:
        return code
    if asked.demo:
        from angrilien import demo  # noqa: PLC0415 - it brings a server of its own

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


if __name__ == "__main__":
    sys.exit(main())
