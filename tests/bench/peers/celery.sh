#!/usr/bin/env bash
# celery.sh TASKS: rate of TASKS x /bin/true through celery and redis (append-only file, fsync always), two
# worker processes, results recorded. Needs python3-celery, python3-redis, redis-server.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for program in redis-server /usr/bin/python3; do
    command -v "$program" >/dev/null || { echo "celery: $program is not installed" >&2; exit 1; }
done
/usr/bin/python3 -c 'import celery, redis' 2>/dev/null || { echo "celery: python3-celery or python3-redis is not installed" >&2; exit 1; }
folder=$(mktemp -d /var/tmp/drover-celery.XXXXXX)
port=$((20000 + RANDOM % 20000))
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT
redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save "" --appendonly yes --appendfsync always >"$folder/redis.log" 2>&1 &
export CELERY_REDIS=redis://127.0.0.1:$port PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
cd "$folder"
until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
/usr/bin/python3 -m celery -A celerytasks worker -c 2 --loglevel=ERROR >"$folder/worker.log" 2>&1 &
/usr/bin/python3 "$here/celerytasks.py" "$1"
