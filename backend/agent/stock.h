#pragma once

#include "backend/agent/attemptnote.h"
#include "backend/base/result.h"
#include "backend/protocol/task.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QSet>

namespace Drover {

/// What an attempt takes, and where it is to lie.
struct Furnishing
{
    AttemptId id;
    Seat seat;
    QList<Transfer> inputs; ///< copied to INPUT
    QList<Transfer> sharedInputs; ///< linked to RESOURCE
};

/// A file that an attempt has left, as its pattern found it.
struct LeftFile
{
    QString name; ///< below OUTPUT
    qint64 size = 0;
};

/// The files of tasks on this machine: blobs that have been brought (a cache that many tasks share),
/// their way into working folders, and what tasks leave there. Nothing a task has made is trusted:
/// no link is followed, and only files of its own user are taken. Lives in the file thread; the main
/// thread talks to it through FileThread.
class Stock : public QObject
{
    Q_OBJECT

public:
    /// `folder` is on the file system of the working folders. `most` bytes are kept in it.
    Stock(QString folder, qint64 most);

    void open();

    /// Those of these blobs that are not here: `lacking`. None of them is cleared away before they are
    /// furnished, or not wanted any more.
    void look(const Drover::Furnishing &furnishing);
    /// A download has come to pathOf(hash).
    void admit(const QString &hash);
    /// Puts all of it in its place: `furnished`, or what stands in the way. NotFound: a task has
    /// changed it meanwhile. LimitReached: the disk is full.
    void furnish(const Drover::Furnishing &furnishing);

    void unwant(Drover::AttemptId id);

    /// What lies below OUTPUT and matches: `gathered`. NotFound names a pattern that nothing matches.
    void gather(AttemptId id, const Seat &seat, const QStringList &patterns);
    /// A descriptor of one of them, for whoever gets it to close: `outputOpened`.
    void openOutput(AttemptId id, const Seat &seat, const QString &name);

    static QString pathOf(const QString &folder, const QString &hash) { return folder + u'/' + hash; }

signals:
    void lacking(Drover::AttemptId id, const QStringList &hashes);
    void furnished(Drover::AttemptId id, const Drover::Result<void> &done);
    void gathered(Drover::AttemptId id, const QList<Drover::LeftFile> &files, const QString &unmatched);
    void outputOpened(Drover::AttemptId id, const QString &name, int file);

private:
    struct Kept
    {
        qint64 size = 0;
        qint64 used = 0; ///< rises
    };

    bool isGood(const QString &hash) const;
    Result<void> put(const Furnishing &furnishing);
    void makeRoom();

    QString m_folder;
    qint64 m_most;
    QHash<QString, Kept> m_kept;
    QHash<AttemptId, QSet<QString>> m_wanted;
    qint64 m_total = 0;
    qint64 m_uses = 0;
};

/// Whether a path below OUTPUT is meant by a pattern: `*` and `?` stand for parts of a name, `**` for
/// any folders; a pattern that names a folder means all that is in it.
bool matchesPattern(const QString &path, const QString &pattern);

} // namespace Drover
