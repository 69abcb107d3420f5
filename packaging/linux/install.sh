#!/bin/sh
# Installs Angrilien for the one who runs this, in their own folder: no rights are needed.
# Again, with a newer archive, it upgrades; "./install.sh --remove" takes the program away.
# The notebook (~/.local/share/angrilien) is never touched.
set -eu
say() { printf '%s\n' "$*"; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
home=${XDG_DATA_HOME:-$HOME/.local/share}
place=$HOME/.local/opt/angrilien
version=@VERSION@

if [ "${1:-}" = --remove ]; then
  rm -rf "$place"
  rm -f "$HOME/.local/bin/angrilien" "$home/applications/angrilien.desktop" \
    "$home/icons/hicolor/scalable/apps/angrilien.svg"
  say "Angrilien est retiré. Les cahiers restent dans $home/angrilien."
  exit 0
fi

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  say "Ce programme est pour Linux, sur un ordinateur 64 bits (x86_64)."
  exit 1
fi
for exe in /proc/[0-9]*/exe; do
  case "$(readlink "$exe" 2>/dev/null || true)" in
  "$place"/*)
    say "Angrilien est ouvert. Fermez-le, puis recommencez : rien n’a changé."
    exit 5
    ;;
  esac
done

new=$place/$version.new
rm -rf "$new"
mkdir -p "$place" "$HOME/.local/bin" "$home/applications" "$home/icons/hicolor/scalable/apps"
cp -R "$here/angrilien" "$new" || {
  rm -rf "$new"
  say "Le programme n’a pas pu être copié : vérifiez la place et les droits. Rien n’a changé."
  exit 1
}
missing=$(find "$new" \( -name 'lib*.so*' -o -name '*.so' \) -type f -exec ldd {} + 2>/dev/null |
  sed -n 's/^[[:space:]]*\(lib[^ ]*\) => not found$/\1/p' | sort -u | grep -v '^lib\(Qt6\|icu\|pyside6\|shiboken6\)' || true)
if [ -n "$missing" ]; then
  say "Il manque à ce système :" $missing
  say "Sur Fedora : dnf install xcb-util-cursor xcb-util-wm xcb-util-keysyms libxkbcommon-x11 cups-libs"
fi
if ! "$new/angrilien" --trial-start >/dev/null 2>&1; then
  rm -rf "$new"
  say "Cette version ne démarre pas ici. Rien n’a changé."
  exit 1
fi
# Only now: what is in use is whole at each moment.
rm -rf "${place:?}/$version"
mv "$new" "$place/$version"
for profile in "$here"/*.angrilien-venue "$(dirname "$here")"/*.angrilien-venue; do
  # The program believes only what its programme signed, and of several the last one made.
  if [ -f "$profile" ]; then
    mkdir -p "$place/venue"
    cp "$profile" "$place/venue/"
  fi
done
printf '#!/bin/sh\nexec "%s/%s/angrilien" "$@"\n' "$place" "$version" >"$HOME/.local/bin/angrilien.new"
chmod 755 "$HOME/.local/bin/angrilien.new"
mv "$HOME/.local/bin/angrilien.new" "$HOME/.local/bin/angrilien"
cp "$here/angrilien.svg" "$home/icons/hicolor/scalable/apps/angrilien.svg"
sed "s#^Exec=.*#Exec=\"$HOME/.local/bin/angrilien\"#" "$here/angrilien.desktop" >"$home/applications/angrilien.desktop"
for old in "$place"/*/; do
  case "$old" in "$place/$version/" | "$place/venue/") ;; *) rm -rf "$old" ;; esac
done
say "Angrilien $version est installé. Vous le trouverez dans le menu des applications."
