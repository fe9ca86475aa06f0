#include "app/profiles/consolestate.h"

#include "backend/tls/privatefile.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int presentVersion = 1; // on disk: read what is older, keep what is newer
constexpr auto writeAfter = 400ms;
constexpr qint64 largestFile = 16 * 1024 * 1024;

Result<void> writeState(const QString &file, const QByteArray &bytes)
{
    const QFileDevice::Permissions own
        = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    const QString folder = QFileInfo(file).path();
    if (!QDir().mkpath(folder) || !QFile::setPermissions(folder, own))
        return fail(ErrorCode::Io, u"cannot make the folder %1"_s.arg(folder));
    return writePrivateFile(file, bytes);
}

} // namespace

ConsoleState::ConsoleState(const QString &folder, const QString &profile, QObject *parent)
    : QObject(parent)
    , m_file(folder + u"/console/"_s + profile + u".json"_s)
{
    m_pool.setMaxThreadCount(1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(writeAfter);
    connect(&m_soon, &QTimer::timeout, this, &ConsoleState::write);
    read();
}

ConsoleState::~ConsoleState()
{
    write();
    m_pool.waitForDone();
}

void ConsoleState::read()
{
    QFile file(m_file);
    if (!file.exists())
        return;
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestFile)
        return setAside(file.isOpen() ? u"it is larger than 16 MiB"_s : file.errorString());
    QJsonParseError wrong;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &wrong);
    if (!document.isObject())
        return setAside(wrong.error == QJsonParseError::NoError ? u"it is no JSON object"_s
                                                                : wrong.errorString());
    m_rest = document.object();
    const QJsonObject values = m_rest.take(u"values"_s).toObject();
    for (auto value = values.begin(); value != values.end(); ++value)
        m_values.insert(value.key(), value.value());
}

// Whatever is in it is the person's: it gets another name and stays.
void ConsoleState::setAside(const QString &reason)
{
    const QString aside = m_file + u".unreadable-"_s
        + QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-hhmmss-zzz");
    const bool moved = QFile::rename(m_file, aside);
    m_problem = moved ? u"%1 could not be read (%2). It was set aside as %3; views, columns and layouts "
                        "begin anew."_s.arg(m_file, reason, aside)
                      : u"%1 could not be read (%2), nor set aside. Nothing is kept until you move it "
                        "away."_s.arg(m_file, reason);
    if (!moved)
        m_file.clear(); // never written over
}

QJsonValue ConsoleState::value(const QString &key) const
{
    return m_values.value(key, QJsonValue(QJsonValue::Undefined));
}

void ConsoleState::setValue(const QString &key, const QJsonValue &value)
{
    if (this->value(key) == value || (value.isNull() && !m_values.contains(key)))
        return;
    if (value.isUndefined() || value.isNull())
        m_values.remove(key);
    else
        m_values.insert(key, value);
    m_dirty = true;
    m_soon.start();
    emit changed(key);
}

QStringList ConsoleState::keys(const QString &prefix) const
{
    QStringList keys = m_values.keys();
    keys.removeIf([&](const QString &key) { return !key.startsWith(prefix); });
    return keys;
}

QByteArray ConsoleState::blob(const QString &key) const
{
    return QByteArray::fromBase64(value(key).toString().toLatin1());
}

void ConsoleState::setBlob(const QString &key, const QByteArray &bytes)
{
    setValue(key, QString::fromLatin1(bytes.toBase64()));
}

void ConsoleState::flush()
{
    m_soon.stop();
    write();
}

void ConsoleState::write()
{
    if (!std::exchange(m_dirty, false) || m_file.isEmpty())
        return;
    QJsonObject values;
    for (auto value = m_values.cbegin(); value != m_values.cend(); ++value)
        values.insert(value.key(), value.value());
    QJsonObject all = m_rest;
    all.insert(u"version"_s, std::max(presentVersion, m_rest.value(u"version"_s).toInt()));
    all.insert(u"values"_s, values);
    m_pool.start([this, file = m_file, all] {
        const Result<void> written = writeState(file, QJsonDocument(all).toJson());
        QMetaObject::invokeMethod(this, [this, written] { onWritten(written); }, Qt::QueuedConnection);
    });
}

void ConsoleState::onWritten(const Result<void> &written)
{
    if (written && !m_cannotWrite)
        return; // and what was found while it was read stays to be told
    const QString problem = written
        ? QString()
        : u"What you arrange is not kept: %1"_s.arg(written.error().message);
    m_cannotWrite = !written;
    m_dirty = m_dirty || m_cannotWrite; // the next change tries again
    if (std::exchange(m_problem, problem) != problem)
        emit problemChanged(problem);
}

} // namespace Drover
