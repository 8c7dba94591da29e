#!/bin/sh
# Makes .venv and installs requirements/NAME.txt into it: sh requirements/install.sh NAME
# Does nothing when that was done already. What is missing is named with the command that brings it.
# PYTHON=/path/to/python chooses the interpreter, VENV the folder.
set -eu

name=$1
venv=${VENV:-.venv}
wanted="Python 3.11, 3.12 or 3.13"

# What was asked for, by content: a file that was merely touched installs nothing.
asked() { cat requirements/*.txt | cksum | tr -d ' '; }
stamp="$venv/.installed-$name"
[ "$(cat "$stamp" 2>/dev/null)" = "$(asked)" ] && "$venv/bin/python" -c '' 2>/dev/null && exit 0

stop() {
    printf '\n%s\n' "$1" >&2
    shift
    for line; do printf '    %s\n' "$line" >&2; done
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# A Python that the machine's package manager offers and that we can use, as a command to type.
offered() {
    if has apt-get; then
        for version in 3.13 3.12 3.11; do
            if apt-cache show "python$version-venv" >/dev/null 2>&1; then
                echo "sudo apt-get install python$version python$version-venv"
                return
            fi
        done
        echo "sudo apt-get update && sudo apt-get install python3 python3-venv"
    elif has dnf; then echo "sudo dnf install python3.12"
    elif has zypper; then echo "sudo zypper install python312"
    elif has apk; then echo "sudo apk add python3"
    elif has pacman; then echo "sudo pacman -S python"
    else echo "install $wanted with your system's package manager"
    fi
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        has "$PYTHON" || stop "PYTHON=$PYTHON is not a program. Name $wanted:" "make run PYTHON=python3"
        fits "$PYTHON" || stop "PYTHON=$PYTHON is not $wanted. Bring one, then name it:" \
            "$(offered)" "make run PYTHON=python3.12"
        return
    fi
    for PYTHON in python3 python3.13 python3.12 python3.11; do
        if has "$PYTHON" && fits "$PYTHON"; then return; fi
    done
    stop "Kaidian needs $wanted, and none is on the PATH. Bring one, then run make again:" "$(offered)"
}

check_python() {
    "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null && return
    version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if has apt-get; then bring="sudo apt-get install python$version-venv"; else bring=$(offered); fi
    stop "$PYTHON lacks venv or ensurepip. Bring them, then run make again:" "$bring"
}

make_venv() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && fits "$venv/bin/python" && return
    find_python
    check_python
    echo "Making $venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear "$venv" || stop "$venv could not be made. Is the disk full?" "df -h ."
}

install() {
    echo "Installing requirements/$name.txt (a few minutes the first time)"
    # Without a binary package a compiler would be needed; say so instead of failing in the middle.
    "$venv/bin/python" -m pip install --disable-pip-version-check --quiet --prefer-binary \
        -r "requirements/$name.txt" && return
    stop "The packages could not be installed; pip says why above. If it could not reach its index:" \
        "make run https_proxy=http://your-proxy:port" \
        "make run PIP_INDEX_URL=https://your-mirror/simple"
}

make_venv
install
asked >"$stamp"
