#include "backend/agent/agentidentity.h"

#include "backend/protocol/cborcodec.h"
#include "backend/tls/privatefile.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// The part of the identity that may be read by people. On disk: add at the end, never rename.
struct MachineFile
{
    MachineId machine;
    QString name;
    QStringList addresses;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &MachineFile::machine),
                          field("name", &MachineFile::name),
                          field("addresses", &MachineFile::addresses));
    }
    friend bool operator==(const MachineFile &, const MachineFile &) = default;
};

} // namespace

LinkTarget AgentIdentity::target() const
{
    return {.addresses = addresses, .authorities = authorities, .identity = client};
}

Result<void> AgentIdentity::store(const AgentPaths &paths) const
{
    const Result<QByteArray> key = client.key.toPem();
    if (!key)
        return key.error();
    QStringList texts;
    for (const ServerAddress &address : addresses)
        texts.append(printed(address));
    const QByteArray json
        = toJson(MachineFile{.machine = machine, .name = name, .addresses = texts});
    if (const Result<void> written = writePrivateFile(paths.machine(), json + '\n'); !written)
        return written.error();
    // Last, since it is what says that this machine has joined.
    return writePrivateFile(paths.identity(),
                            *key + client.certificate.toPem() + toPem(authorities));
}

Result<AgentIdentity> AgentIdentity::load(const AgentPaths &paths)
{
    if (!QFile::exists(paths.identity()))
        return fail(ErrorCode::NotFound,
                    u"this machine has not joined (no %1)"_s.arg(paths.identity()));
    const Result<QByteArray> pem = readPrivateFile(paths.identity());
    if (!pem)
        return pem.error();
    const Result<QByteArray> json = readPrivateFile(paths.machine());
    if (!json)
        return json.error();
    const Result<MachineFile> machine = fromJson<MachineFile>(*json);
    if (!machine)
        return machine.error();
    const Result<PrivateKey> key = PrivateKey::fromPem(*pem);
    if (!key)
        return key.error();
    const Result<QList<Certificate>> certificates = Certificate::listFromPem(*pem);
    if (!certificates)
        return certificates.error();
    QList<ServerAddress> addresses;
    for (const QString &text : machine->addresses) {
        const Result<ServerAddress> address = ServerAddress::parse(text);
        if (!address)
            return address.error();
        addresses.append(*address);
    }
    return AgentIdentity{.machine = machine->machine,
                         .name = machine->name,
                         .addresses = addresses,
                         .client = {.key = *key, .certificate = certificates->first()},
                         .authorities = certificates->mid(1)};
}

Result<StateLock> StateLock::take(const AgentPaths &paths)
{
    const QFileInfo folder(paths.state);
    if (!QDir().mkpath(folder.absolutePath()))
        return fail(ErrorCode::Io, u"cannot make %1"_s.arg(folder.absolutePath()));
    const QByteArray name = QFile::encodeName(paths.state);
    if ((mkdir(name.constData(), 0700) != 0 && errno != EEXIST)
        || chmod(name.constData(), 0700) != 0)
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(paths.state, qt_error_string(errno)));
    const int file
        = open(QFile::encodeName(paths.lock()).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(paths.lock(), qt_error_string(errno)));
    StateLock lock(file);
    if (flock(file, LOCK_EX | LOCK_NB) != 0)
        return fail(
            ErrorCode::Conflict,
            u"another agent runs with %1 (process %2)"_s.arg(paths.state).arg(holder(paths)));
    const QByteArray pid = QByteArray::number(getpid());
    (void)!ftruncate(file, 0);
    (void)!pwrite(file, pid.constData(), size_t(pid.size()), 0);
    return lock;
}

qint64 StateLock::holder(const AgentPaths &paths)
{
    const int file = open(QFile::encodeName(paths.lock()).constData(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    qint64 pid = 0;
    if (flock(file, LOCK_SH | LOCK_NB) != 0) {
        char text[32] = {};
        (void)!pread(file, text, sizeof text - 1, 0);
        pid = QByteArray(text).trimmed().toLongLong();
    }
    close(file);
    return pid;
}

StateLock::~StateLock()
{
    if (m_file >= 0)
        close(m_file);
}

} // namespace Drover
