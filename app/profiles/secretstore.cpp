#include "app/profiles/secretstore.h"

#include "backend/tls/privatefile.h"
#include "backend/tls/secret.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QPointer>
#include <QtCore/QTimer>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto longestProbe = 60s; // a person may be asked to unlock the ring

QString service()
{
    return u"drover"_s;
}

QString textOf(const Secret &secret)
{
    const QJsonObject object{{u"token"_s, secret.token}, {u"password"_s, secret.password}};
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Secret secretOf(const QString &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    return {.token = object.value(u"token"_s).toString(), .password = object.value(u"password"_s).toString()};
}

Error noneOf(const QString &profile)
{
    return fail(ErrorCode::NotSignedIn,
                u"nothing is kept to sign in with as profile \"%1\"; enter the password, or use an "
                "invitation"_s.arg(profile));
}

// The file of the console, else that of the command line.
Result<Secret> readSecretFiles(const QString &own, const QString &commandLine, const QString &profile)
{
    if (const Result<QByteArray> bytes = readPrivateFile(own))
        return secretOf(QString::fromUtf8(*bytes));
    else if (bytes.error().code != ErrorCode::NotFound)
        return bytes.error();
    const Result<QByteArray> token = readPrivateFile(commandLine);
    if (token)
        return Secret{.token = QString::fromUtf8(*token).trimmed(), .password = {}};
    return token.error().code == ErrorCode::NotFound ? noneOf(profile) : token.error();
}

Result<void> writeSecretFile(const QString &file, const Secret &secret)
{
    const QFileDevice::Permissions own
        = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    const QString folder = QFileInfo(file).path();
    if (!QDir().mkpath(folder) || !QFile::setPermissions(folder, own))
        return fail(ErrorCode::Io, u"cannot make the folder %1"_s.arg(folder));
    return writePrivateFile(file, textOf(secret).toUtf8());
}

Error ringFailed(const QKeychain::Job &job)
{
    return fail(ErrorCode::Io, u"the key ring: %1"_s.arg(job.errorString()));
}

bool hasFailed(const QKeychain::Job &job)
{
    return job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound;
}

} // namespace

SecretStore::SecretStore(QString folder, QObject *parent)
    : QObject(parent)
    , m_folder(std::move(folder))
{
    m_pool.setMaxThreadCount(1);
}

SecretStore::~SecretStore()
{
    m_pool.waitForDone(); // what was to be written is
}

QString SecretStore::fileOf(const QString &profile) const
{
    return m_folder + u"/secrets/"_s + profile;
}

void SecretStore::probe(QObject *context, std::function<void(Place)> handler)
{
    whenProbed([this, context = QPointer(context), handler = std::move(handler)] {
        if (context)
            handler(m_place);
    });
}

void SecretStore::whenProbed(Probed then)
{
    if (m_place != Place::Unknown) {
        QMetaObject::invokeMethod(this, then, Qt::QueuedConnection);
        return;
    }
    m_waiting.append(std::move(then));
    if (!std::exchange(m_probing, true))
        writeCanary();
}

void SecretStore::writeCanary()
{
    QTimer::singleShot(longestProbe, this,
                       [this] { settle(Place::File, u"the key ring of this desktop does not answer"_s); });
    const QString canary = randomSecret();
    auto *job = new QKeychain::WritePasswordJob(service(), this);
    job->setKey(u"canary"_s);
    job->setTextData(canary);
    connect(job, &QKeychain::Job::finished, this, [this, canary](QKeychain::Job *written) {
        if (written->error() == QKeychain::NoError)
            readCanary(canary);
        else
            settle(Place::File,
                   u"there is no key ring, or it is locked (%1)"_s.arg(written->errorString()));
    });
    job->start();
}

void SecretStore::readCanary(const QString &written)
{
    auto *job = new QKeychain::ReadPasswordJob(service(), this);
    job->setKey(u"canary"_s);
    connect(job, &QKeychain::Job::finished, this, [this, job, written] {
        if (job->textData() == written)
            settle(Place::KeyRing, {});
        else
            settle(Place::File, u"the key ring does not give back what it was given"_s);
    });
    job->start();
}

void SecretStore::settle(Place place, const QString &whyFile)
{
    if (m_place != Place::Unknown)
        return; // an answer after we had stopped waiting
    m_place = place;
    m_whyFile = whyFile;
    emit placeChanged(place);
    for (const Probed &then : std::exchange(m_waiting, {}))
        then();
}

void SecretStore::read(const QString &profile, QObject *context, Handler<Secret> handler)
{
    whenProbed([this, profile, context = QPointer(context), handler = std::move(handler)] {
        if (!context)
            return;
        if (m_place == Place::File)
            return readFile(profile, context, handler);
        auto *job = new QKeychain::ReadPasswordJob(service(), this);
        job->setKey(profile);
        connect(job, &QKeychain::Job::finished, context, [this, job, profile, context, handler] {
            if (hasFailed(*job))
                handler(ringFailed(*job));
            else if (const Secret secret = secretOf(job->textData()); !secret.isEmpty())
                handler(secret);
            else
                readFile(profile, context, handler); // of a time without a ring, or of the command line
        });
        job->start();
    });
}

void SecretStore::readFile(const QString &profile, QObject *context, Handler<Secret> handler)
{
    m_pool.start([this, profile, context = QPointer(context), handler = std::move(handler), file = fileOf(profile),
                  commandLine = m_folder + u"/tokens/"_s + profile] {
        const Result<Secret> secret = readSecretFiles(file, commandLine, profile);
        QMetaObject::invokeMethod(
            this,
            [context, handler, secret] {
                if (context)
                    handler(secret);
            },
            Qt::QueuedConnection);
    });
}

void SecretStore::write(const QString &profile, const Secret &secret, QObject *context, Handler<void> handler)
{
    whenProbed([this, profile, secret, context = QPointer(context), handler = std::move(handler)] {
        if (m_place == Place::File)
            return writeFile(profile, secret, context, handler);
        auto *job = new QKeychain::WritePasswordJob(service(), this);
        job->setKey(profile);
        job->setTextData(textOf(secret));
        connect(job, &QKeychain::Job::finished, this, [this, job, profile, context, handler] {
            const bool written = job->error() == QKeychain::NoError;
            if (written)
                removeFile(profile); // an older one, of a time without a ring
            if (context)
                handler(written ? Result<void>() : Result<void>(ringFailed(*job)));
        });
        job->start();
    });
}

void SecretStore::writeFile(const QString &profile, const Secret &secret, QObject *context, Handler<void> handler)
{
    m_pool.start([this, context = QPointer(context), handler = std::move(handler), file = fileOf(profile), secret] {
        const Result<void> written = writeSecretFile(file, secret);
        QMetaObject::invokeMethod(
            this,
            [context, handler, written] {
                if (context)
                    handler(written);
            },
            Qt::QueuedConnection);
    });
}

void SecretStore::removeFile(const QString &profile)
{
    m_pool.start([file = fileOf(profile)] { QFile::remove(file); });
}

void SecretStore::remove(const QString &profile, QObject *context, Handler<void> handler)
{
    whenProbed([this, profile, context = QPointer(context), handler = std::move(handler)] {
        removeFile(profile);
        if (m_place == Place::File) {
            if (context)
                handler({});
            return;
        }
        auto *job = new QKeychain::DeletePasswordJob(service(), this);
        job->setKey(profile);
        connect(job, &QKeychain::Job::finished, this, [job, context, handler] {
            if (context)
                handler(hasFailed(*job) ? Result<void>(ringFailed(*job)) : Result<void>());
        });
        job->start();
    });
}

} // namespace Drover
