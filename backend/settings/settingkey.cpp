#include "backend/settings/settingkey.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum SettingType;

constexpr qint64 second = 1000;
constexpr qint64 minute = 60 * second;
constexpr qint64 day = 24 * 60 * minute;
constexpr qint64 kilobyte = 1000;
constexpr qint64 gigabyte = 1000 * 1000 * kilobyte;

constexpr SettingKey daemonKeys[] = {
    {"data"_L1, Text, {}, "where everything is kept; none: /var/lib/drover for root, else $XDG_STATE_HOME/drover"_L1},
    {"listen"_L1, Text, "127.0.0.1:7443"_L1, "address and port to listen on"_L1},
    {"addresses"_L1, List, {}, "host:port under which it is reached from elsewhere; all stand in its certificate and in invitations"_L1},
    {"postgres"_L1, Text, {}, "connection string of a PostgreSQL database; none: SQLite in the data directory"_L1},
    {"stop-within"_L1, Duration, "20s"_L1, "a stop that takes longer is cut short; what was acknowledged is durable already"_L1, second, 10 * minute},

    {"log.file"_L1, Text, {}, "file to log to; none: standard error, which the journal takes"_L1},
    {"log.format"_L1, Choice, "text"_L1, "text: key=value; json: an object a line"_L1, 0, 0, "text json"_L1, true},
    {"log.level"_L1, Choice, "info"_L1, "the least that is logged"_L1, 0, 0, "trace debug info warning error"_L1, true},
    {"log.levels"_L1, List, {}, "categories with levels of their own: net=debug, tls=warning"_L1, 0, 0, {}, true},
    {"log.rotate-size"_L1, Size, "20MB"_L1, "size at which a new file is begun"_L1, 10 * kilobyte, 10 * gigabyte},
    {"log.rotate-keep"_L1, Number, "5"_L1, "older files that are kept"_L1, 0, 1000},

    {"limits.connections"_L1, Number, "16000"_L1, "connections in all; those beyond wait in the kernel's queue"_L1, 10, 1'000'000},
    {"limits.unsigned-connections"_L1, Number, "256"_L1, "of them that have not signed in"_L1, 4, 100'000},
    {"limits.handshake"_L1, Duration, "10s"_L1, "for TLS"_L1, 100, 10 * minute},
    {"limits.request-head"_L1, Duration, "10s"_L1, "for the head of a request"_L1, 100, 10 * minute},
    {"limits.body-stall"_L1, Duration, "15s"_L1, "without a byte of a body"_L1, 100, 60 * minute},
    {"limits.keep-alive"_L1, Duration, "60s"_L1, "between two requests of a connection"_L1, 100, 60 * minute},
    {"limits.sign-in"_L1, Duration, "30s"_L1, "from the opening of a WebSocket to its sign-in"_L1, 100, 10 * minute},
    {"limits.silence"_L1, Duration, "60s"_L1, "without a byte on a WebSocket; half way through it is pinged"_L1, second, 60 * minute},
    {"limits.slow-bytes"_L1, Size, "8MiB"_L1, "waiting to be read by a peer, for limits.slow-for, and it is closed"_L1, 64 * kilobyte, 10 * gigabyte},
    {"limits.slow-for"_L1, Duration, "30s"_L1, "see limits.slow-bytes"_L1, second, 60 * minute},

    {"sign-in.failures"_L1, Number, "10"_L1, "wrong attempts from an address, or for an account, within sign-in.window; then it waits"_L1, 1, 10'000, {}, true},
    {"sign-in.window"_L1, Duration, "1m"_L1, "see sign-in.failures"_L1, second, day, {}, true},

    {"queue.lease"_L1, Duration, "10m"_L1, "of new batches: what runs on a machine that is silent for longer goes the way of its batch's lease rule"_L1, second, 30 * day},
    {"queue.poison"_L1, Number, "3"_L1, "so many machines may go down under a task; with the last of them it fails as poisoned"_L1, 1, 100},
    {"queue.output-cap"_L1, Size, "1GB"_L1, "a stream of a task that does not say; the oldest half of more is dropped"_L1, kilobyte, 1'000'000 * gigabyte},

    {"machines.beat"_L1, Duration, "2s"_L1, "between heartbeats of an agent"_L1, 100, minute},
    {"machines.silent"_L1, Duration, "15s"_L1, "without contact, and a machine is shown as silent"_L1, second, day},
    {"machines.lost"_L1, Duration, "10m"_L1, "without contact, and a machine on which nothing runs is shown as lost"_L1, second, 30 * day},

    {"storm.machines"_L1, Number, "5"_L1, "pools of fewer machines have no storms"_L1, 2, 100'000},
    {"storm.one-in"_L1, Number, "3"_L1, "machines of a pool: when more than that share is lost within storm.window, what ran there waits"_L1, 1, 1000},
    {"storm.window"_L1, Duration, "1m"_L1, "see storm.one-in"_L1, second, day},
    {"storm.patience"_L1, Duration, "15m"_L1, "a storm ends by itself after that; a person ends it sooner with drover pool resume"_L1, second, 30 * day},

    {"attention.disk"_L1, Size, "1GB"_L1, "less free than this needs attention"_L1, 0, 1'000'000 * gigabyte, {}, true},
    {"attention.certificate"_L1, Duration, "14d"_L1, "a certificate that ends within this needs attention"_L1, 0, 3650 * day, {}, true},

    {"tls.server-validity"_L1, Duration, "365d"_L1, "of the daemon's own certificate, which renews itself with a third of it left"_L1, 5 * second, 3650 * day},
    {"tls.machine-validity"_L1, Duration, "365d"_L1, "of agents' certificates, which are renewed over the link likewise"_L1, 5 * second, 3650 * day},

    {"blobs.quota"_L1, Size, "50GB"_L1, "bytes that files handed in and outputs may take together"_L1, 0, 1'000'000 * gigabyte, {}, true},
    {"blobs.keep"_L1, Duration, "24h"_L1, "a file that nothing refers to any more is kept for so long"_L1, second, 365 * day, {}, true},

    {"store.readers"_L1, Number, "2"_L1, "connections that answer lists beside the writer"_L1, 1, 64},
};

constexpr SettingKey agentKeys[] = {
    {"log.file"_L1, Text, {}, "file to log to; none: standard error, which the journal takes"_L1},
    {"log.format"_L1, Choice, "text"_L1, "text: key=value; json: an object a line"_L1, 0, 0, "text json"_L1, true},
    {"log.level"_L1, Choice, "info"_L1, "the least that is logged"_L1, 0, 0, "trace debug info warning error"_L1, true},
    {"log.levels"_L1, List, {}, "categories with levels of their own: agent=debug, shim=warning"_L1, 0, 0, {}, true},
    {"log.rotate-size"_L1, Size, "20MB"_L1, "size at which a new file is begun"_L1, 10 * kilobyte, 10 * gigabyte},
    {"log.rotate-keep"_L1, Number, "5"_L1, "older files that are kept"_L1, 0, 1000},

    {"cache.size"_L1, Size, "10GB"_L1, "bytes of files that tasks take, kept on this machine for the next task"_L1, 0, 1'000'000 * gigabyte},
};

constexpr SettingKey commandLineKeys[] = {
    {"profile"_L1, Text, {}, "the daemon to work with where --profile says none; none: the default one"_L1},
    {"color"_L1, Flag, "true"_L1, "colours on a terminal"_L1},
};

} // namespace

std::span<const SettingKey> daemonSettingKeys()
{
    return daemonKeys;
}

std::span<const SettingKey> agentSettingKeys()
{
    return agentKeys;
}

std::span<const SettingKey> commandLineSettingKeys()
{
    return commandLineKeys;
}

} // namespace Drover
