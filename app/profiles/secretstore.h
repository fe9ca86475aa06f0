#pragma once

#include "backend/base/result.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>

#include <functional>

namespace Drover {

/// What one signs in with: a token, or a password.
struct Secret
{
    QString token;
    QString password;

    bool isEmpty() const { return token.isEmpty() && password.isEmpty(); }
    friend bool operator==(const Secret &, const Secret &) = default;
};

/// Where the console keeps what it signs in with, by profile: the desktop's key ring, or, where there
/// is none that keeps what it is given, a file `secrets/NAME` that only its owner reads. Which of both
/// it is can be seen, and why.
///
/// A locked ring answers a question as if nothing were stored: so a canary is written and read first.
/// A token that the command line keeps in its own file is found as well, and left where it is.
///
/// GUI thread; nothing here waits, and each handler is called once, in a later turn, unless its
/// context dies.
class SecretStore : public QObject
{
    Q_OBJECT

public:
    enum class Place { Unknown, KeyRing, File };
    template <typename T> using Handler = std::function<void(const Result<T> &)>;

    /// `folder` is that of the profiles.
    explicit SecretStore(QString folder, QObject *parent = nullptr);
    ~SecretStore() override;

    /// Unknown until the first question was answered.
    Place place() const { return m_place; }
    /// Why secrets lie in a file, for people; empty: they do not.
    const QString &whyFile() const { return m_whyFile; }

    /// Finds out where secrets are kept. All others do so by themselves.
    void probe(QObject *context, std::function<void(Place)> handler);

    /// NotSignedIn where there is none. What cannot be read says why.
    void read(const QString &profile, QObject *context, Handler<Secret> handler);
    /// Takes the place of an earlier one, in the ring and in the file.
    void write(const QString &profile, const Secret &secret, QObject *context, Handler<void> handler);
    /// What was not there is gone too.
    void remove(const QString &profile, QObject *context, Handler<void> handler);

signals:
    void placeChanged(Drover::SecretStore::Place place);

private:
    using Probed = std::function<void()>;

    void whenProbed(Probed then);
    void writeCanary();
    void readCanary(const QString &written);
    void settle(Place place, const QString &whyFile);
    void readFile(const QString &profile, QObject *context, Handler<Secret> handler);
    void writeFile(const QString &profile, const Secret &secret, QObject *context, Handler<void> handler);
    void removeFile(const QString &profile);
    QString fileOf(const QString &profile) const;

    const QString m_folder;
    Place m_place = Place::Unknown;
    QString m_whyFile;
    bool m_probing = false;
    QList<Probed> m_waiting;
    QThreadPool m_pool; // one thread: what is written is there for who reads next
};

} // namespace Drover
