#!/usr/bin/env bash
# packages.sh BUILD-FOLDER: makes the Debian packages, installs them in a tree of its own that boots systemd,
# and sees there that they start, keep tasks running over kills and an upgrade, and go again.
# Needs root, mmdebstrap and systemd-container. Prints what it proves; the first failure ends it.
set -euo pipefail

build=$(cd "$1" && pwd)
work=$(mktemp -d /var/tmp/drover-packages.XXXXXX)
tree=$work/tree
leader=

finish() {
    status=$?
    if [ "$status" -ne 0 ] && [ -n "$leader" ]; then
        within journalctl --no-pager -n 60 2>/dev/null || true
    fi
    if [ -n "$leader" ]; then
        kill -RTMIN+4 "$leader" 2>/dev/null || true
        wait 2>/dev/null || true
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

prove() { echo "ok: $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
within() { nsenter -t "$leader" -a env HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb "$@"; }
# until SECONDS WHAT COMMAND…: repeats it until it succeeds.
until_true() {
    local seconds=$1 what=$2 end
    shift 2
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "$what, within $seconds s"
        sleep 0.3
    done
}

make_packages() { # VERSION
    mkdir -p "$work/$1"
    (cd "$build" && cpack -G DEB -B "$work/$1" -R "$1" >"$work/cpack.log" 2>&1) || { cat "$work/cpack.log"; fail "cpack"; }
    rm -rf "$work/$1/_CPack_Packages"
}

make_packages 0.1.0
make_packages 0.1.1
depends=$(for each in "$work"/0.1.0/*.deb; do dpkg-deb -f "$each" Depends; done |
    tr ',' '\n' | sed 's/(.*//; s/|.*//; s/ //g; /^qt6-websockets-abi$/d; /^$/d' | sort -u | paste -sd,)
mmdebstrap --quiet --variant=minbase --include="systemd,systemd-sysv,dbus,procps,$depends" bookworm "$tree"
cp "$work"/0.1.0/*.deb "$tree/root/"
mkdir -p "$tree/root/next" && cp "$work"/0.1.1/*.deb "$tree/root/next/"

systemd-nspawn -D "$tree" -M "drover-$$" --boot --private-network --register=no --keep-unit >"$work/console" 2>&1 &
nspawn=$!
init_of() { leader=$(pgrep -P "$nspawn" | head -n 1); [ -n "$leader" ]; }
until_true 30 "the tree boots" init_of
leader=$(pgrep -P "$nspawn" | head -n 1)
until_true 90 "systemd runs in the tree" within systemctl is-active multi-user.target

within sh -c 'apt-get install -y --no-install-recommends /root/*.deb' >"$work/install.log" 2>&1 || { tail -n 30 "$work/install.log"; fail "apt installs the packages"; }
prove "apt installs the three packages"
[ "$(within systemctl is-enabled droverd drover-agent | paste -sd' ')" = "enabled enabled" ] || fail "the units are enabled"
within systemctl start droverd drover-agent || fail "starting what has nothing to run yet is no error"
! within systemctl is-active droverd >/dev/null || fail "droverd waits for its init"
prove "units are enabled, and wait for init and join"
for page in droverd.8 drover-agent.8 drover.1; do
    within test -s "/usr/share/man/man${page##*.}/$page.gz" || fail "$page is there"
done

within runuser -u drover -- droverd init >"$work/init.log" 2>&1 || { cat "$work/init.log"; fail "droverd init"; }
link=$(grep -o 'drover://join/[^ ]*' "$work/init.log")
within systemctl start droverd || fail "droverd starts"
[ "$(within stat -c '%U %a' /var/lib/drover)" = "drover 700" ] || fail "its data belongs to drover alone"
within drover login "$link" || fail "the first administrator signs in"
machine=$(within drover machine invite --json | grep -o 'drover://join/machine/[^"]*' | head -n 1)
within drover-agent join "$machine" --then-exit --slots 4 || fail "the machine joins"
within systemctl start drover-agent || fail "drover-agent starts"
within drover submit --batch first -- /bin/sh -c 'id -u' >/dev/null
within drover wait --batch first || fail "a task runs"
prove "daemon and agent start under their units, and a task succeeds"

# As root: nobody's processes, in a scope of their own below drover.slice.
within drover submit --batch long --shell 'echo begun; sleep 25; echo ended; exit 7' >/dev/null
running() { within drover tasks 'batch = long and state = running' --json | grep -q '"running"'; }
until_true 30 "the long task runs" running
within systemctl status drover.slice --no-pager | grep -q 'drover-shim\|sleep 25' || fail "it runs below drover.slice"
[ "$(within ps -o uid= -C sleep | tr -d ' ' | head -n 1)" -ge 1000 ] || fail "not as root"
before=$(within pgrep -x sleep | head -n 1)

within systemctl kill -s KILL droverd drover-agent
active() { within systemctl is-active droverd && within systemctl is-active drover-agent; }
until_true 30 "both units are back after SIGKILL" active
prove "SIGKILL of both: systemd restarts them"
within sh -c 'apt-get install -y --no-install-recommends /root/next/*.deb' >"$work/upgrade.log" 2>&1 || { tail -n 30 "$work/upgrade.log"; fail "apt upgrades"; }
until_true 30 "both units are back after the upgrade" active
[ "$(within dpkg-query -W -f '${Version}' drover-agent)" = 0.1.1 ] || fail "the new version is installed"
[ "$(within pgrep -x sleep | head -n 1)" = "$before" ] || fail "the task has gone on"
within drover wait --batch long >/dev/null 2>&1 && fail "the task exits with 7"
within drover tasks 'batch = long' --json | tr -d ' \n' | grep -q '"exitCode":7' || fail "the upgraded agent has adopted it with its exit status"
prove "upgrade with a task running: it went on and was adopted with its exit status"

within apt-get remove -y drover-agent drover-daemon >"$work/remove.log" 2>&1 || { tail -n 30 "$work/remove.log"; fail "apt removes"; }
{ ! within pgrep -x droverd && ! within pgrep -x drover-agent; } >/dev/null || fail "nothing of it runs after removal"
within test -s /var/lib/drover/drover.db || fail "removal keeps the queue"
within apt-get purge -y drover-agent drover-daemon >"$work/purge.log" 2>&1 || { tail -n 30 "$work/purge.log"; fail "apt purges"; }
! within test -e /var/lib/drover-agent || fail "purging takes the agent's key"
within test -s /var/lib/drover/drover.db || fail "purging keeps the queue"
grep -q '/var/lib/drover stays' "$work/purge.log" || fail "and says so"
prove "removed and purged; the queue stays, and apt says so"
