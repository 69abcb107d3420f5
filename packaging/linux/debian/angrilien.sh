#!/bin/sh
# Starts Angrilien. This file is laid last, so that it always names a whole program; where the new
# one did not start when it was installed, the one before it is kept, and starts in its place.
kept=/opt/angrilien/previous
if [ -e "$kept/chosen" ] && [ -x "$kept/angrilien" ]; then
  exec "$kept/angrilien" "$@"
fi
exec /opt/angrilien/@VERSION@/angrilien "$@"
