# Sourced by the scripts beside it: finds Python, keeps .venv in step with pyproject.toml. Not a command.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV="$ROOT/.venv"
PY="$VENV/bin/python"

say() { printf '%s\n' "$*" >&2; }

die() {
    printf '%s\n' "$@" >&2
    exit 2
}

# The tested versions first; a name on PATH may be an empty shell (pyenv), so each is asked.
find_python() {
    local name without_venv=""
    for name in ${ORDERBRO_PYTHON:+"$ORDERBRO_PYTHON"} python3.13 python3.12 python3.11 python3.14 python3 python; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$name" -c 'import venv, ensurepip' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
        without_venv=${without_venv:-$name}
    done
    if [[ -n $without_venv ]]; then
        local version
        version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        die "Python $version is here, but its venv module is not. Install it, then run this again:" \
            "  Debian, Ubuntu:  sudo apt install python$version-venv" \
            "  others:          install the complete Python $version of your distribution"
    fi
    die "Orderbro needs Python 3.11 or newer, and none was found. Install it, then run this again:" \
        "  Debian 12+, Ubuntu 24.04+:  sudo apt install python3 python3-venv" \
        "  Fedora, RHEL 9+:            sudo dnf install python3.12" \
        "  Alpine:                     sudo apk add python3" \
        "  macOS:                      brew install python@3.13" \
        "A Python in an unusual place: ORDERBRO_PYTHON=/where/it/is/python3 ${0##*/}"
}

# What an installation depends on: the requirements, the interpreter, and where this folder stands.
_stamp() {
    "$PY" - "$ROOT" "$1" <<'PYTHON'
import hashlib, pathlib, sys
root, extent = sys.argv[1:]
facts = [pathlib.Path(root, "pyproject.toml").read_text("utf-8"), sys.version, root, extent]
print(hashlib.sha256("\0".join(facts).encode()).hexdigest())
PYTHON
}

# install run: what the bridge needs. install dev: the tools for working on it too.
# Does nothing, and needs no network, when nothing changed since the last time.
install() {
    local extent=$1 python stamp
    # A venv survives neither the removal of its Python nor being moved: its commands name the old place.
    if [[ -e $VENV ]] && ! { "$PY" -c 'import pip' && grep -qF -- "$VENV/bin/" "$VENV/bin/pip"; } 2>/dev/null; then
        say "The environment in .venv no longer works; making it anew."
        rm -rf -- "$VENV"
    fi
    if [[ ! -e $VENV ]]; then
        python=$(find_python)
        say "Making an environment in .venv with $("$python" --version) ..."
        "$python" -m venv "$VENV"
    fi
    for stamp in "$extent" dev; do
        [[ -f $VENV/.installed-$stamp && $(<"$VENV/.installed-$stamp") == "$(_stamp "$stamp")" ]] && return
    done
    say "Installing what Orderbro needs into .venv (about a minute, once) ..."
    local pip=("$PY" -m pip --quiet --disable-pip-version-check)
    "${pip[@]}" install --upgrade 'pip>=25.1'
    if [[ $extent == dev ]]; then
        (cd -- "$ROOT" && "${pip[@]}" install --editable . --group dev)
    else
        (cd -- "$ROOT" && "${pip[@]}" install --editable .)
    fi
    _stamp "$extent" >"$VENV/.installed-$extent"
}
