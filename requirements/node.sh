#!/bin/sh
# Brings the npm packages that some tests compare ours with into tests/node. Without npm it says what
# is missing and leaves those tests to skip; in CI they fail instead.
set -eu

stamp=tests/node/node_modules/.installed
asked=$(cksum <tests/node/package.json)
[ "$(cat "$stamp" 2>/dev/null)" = "$asked" ] && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is missing: tests against @wecom/crypto and wechaty will be skipped (apt-get install nodejs npm)" >&2
    exit 0
fi
# No lock file: it would write down a registry's address; package.json names exact versions.
npm install --prefix tests/node --no-package-lock --no-audit --no-fund --silent
echo "$asked" >"$stamp"
