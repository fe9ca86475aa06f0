#!/usr/bin/env bash
# graphile.sh MODE COUNT [AT-ONCE]: graphile-worker on a PostgreSQL of its own, durable.
#   bulk COUNT          rate of handing in, 5,000 a call
#   single COUNT N      rate of handing in one by one, N under way at once
#   latency COUNT       from handing in to the process's start on an idle worker, p50 and p99 in ms
# Needs postgresql-15, node and npm; the npm package is fetched once into the build folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
modules=${DROVER_PEERS:-/var/tmp/drover-peers}
bin=/usr/lib/postgresql/15/bin
[ -x "$bin/initdb" ] || { echo "graphile-worker: postgresql-15 is not installed" >&2; exit 1; }
command -v npm >/dev/null || { echo "graphile-worker: npm is not installed" >&2; exit 1; }
mkdir -p "$modules"
[ -d "$modules/node_modules/graphile-worker" ] ||
    (cd "$modules" && npm install --silent --no-fund --no-audit graphile-worker@0.16 pg@8 >/dev/null 2>&1) ||
    { echo "graphile-worker: npm install failed" >&2; exit 1; }
folder=$(mktemp -d /var/tmp/drover-graphile.XXXXXX)
chown postgres "$folder"
as=(runuser -u postgres --)
[ "$(id -u)" -eq 0 ] || as=()
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
cd /
"${as[@]}" "$bin/initdb" -D "$folder/data" -U drover --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-k $folder -c listen_addresses=" start >/dev/null
cp "$here/graphile.mjs" "$modules/graphile.mjs"
cd "$modules"
DATABASE="postgresql:///postgres?host=$folder&user=drover" node graphile.mjs "$@"
