#!/bin/sh
# Installs Angrilien for the one who runs this, in their own folder: no rights are needed.
# Again, with a newer archive, it upgrades; with an older one it is refused, unless "--older" is said;
# "./install.sh --remove" takes the program away.
# The notebook (~/.local/share/angrilien) is never touched.
set -eu
say() { printf '%s\n' "$*"; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
home=${XDG_DATA_HOME:-$HOME/.local/share}
place=$HOME/.local/opt/angrilien
version=@VERSION@
launcher=$HOME/.local/bin/angrilien

if [ "${1:-}" = --remove ]; then
  rm -rf "$place"
  rm -f "$launcher" "$home/applications/angrilien.desktop" \
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

# The folder that starts today. A version that is installed again goes into another one beside it.
in_use=
if [ -f "$launcher" ]; then
  in_use=$(sed -n 's#^exec "\(.*\)/angrilien" "$@"$#\1#p' "$launcher")
fi
installed=${in_use##*/}
installed=${installed%_2}
newest=$(printf '%s\n' "$installed" "$version" | sort -V | tail -n 1)
if [ -d "$in_use" ] && [ "$newest" != "$version" ] && [ "${1:-}" != --older ]; then
  say "Une version plus récente d’Angrilien est déjà là ($installed). Rien n’a changé."
  say "Pour revenir à celle-ci : ./install.sh --older. Les cahiers restent."
  exit 8
fi
target=$place/$version
[ "$in_use" != "$target" ] || target=${target}_2

# The venue's file: in the archive's folder, else beside it.
profile=
for folder in "$here" "$(dirname "$here")"; do
  for found in "$folder"/*.angrilien-venue; do
    [ -f "$found" ] || continue
    if [ -n "$profile" ]; then
      say "Plusieurs fichiers de lieu sont là. N’en gardez qu’un. Rien n’a changé."
      exit 6
    fi
    profile=$found
  done
  [ -z "$profile" ] || break
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
# What is in use is whole at each moment: the new one is on the disk before its name is, and the
# former one goes once nothing leads to it.
on_disk() { sync -f "$1" 2>/dev/null || sync; }
rm -rf "$target"
mv "$new" "$target"
if [ -n "$profile" ]; then
  # The program believes only what its programme signed, and of several the last one made: under the
  # name of what is in it, none takes the place of another.
  mkdir -p "$place/venue"
  name=$(sha256sum <"$profile" | cut -c 1-16).angrilien-venue
  cp "$profile" "$place/venue/$name.new"
  mv "$place/venue/$name.new" "$place/venue/$name"
fi
printf '#!/bin/sh\nexec "%s/angrilien" "$@"\n' "$target" >"$launcher.new"
chmod 755 "$launcher.new"
on_disk "$target"
mv "$launcher.new" "$launcher"
on_disk "$launcher"
cp "$here/angrilien.svg" "$home/icons/hicolor/scalable/apps/angrilien.svg"
sed "s#^Exec=.*#Exec=\"$launcher\"#" "$here/angrilien.desktop" >"$home/applications/angrilien.desktop"
for old in "$place"/*/; do
  case "$old" in "$target/" | "$place/venue/") ;; *) rm -rf "$old" ;; esac
done
say "Angrilien $version est installé. Vous le trouverez dans le menu des applications."
