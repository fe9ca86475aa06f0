#pragma once

#include "backend/base/result.h"

#include <QtCore/QJsonObject>
#include <QtCore/QMap>
#include <QtCore/QObject>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>

namespace Drover {

/// What the console keeps on this computer: for each profile its saved views, columns of tables,
/// layouts, open tabs; once for all profiles theme, density, shortcuts, notification rules. JSON with
/// a version, `console/NAME.json` in the profiles' folder, 0600.
///
/// Written soon after the last change, whole and beside, then renamed, in a thread of its own: there
/// is the old or the new, never half of one, and nobody waits. A file that cannot be read is set aside
/// under another name and told of, never overwritten. What a later version has put there stays.
/// GUI thread.
class ConsoleState : public QObject
{
    Q_OBJECT

public:
    /// Of a profile, or what holds for all of them (`shared`). Reads the file, which is small.
    ConsoleState(const QString &folder, const QString &profile, QObject *parent = nullptr);
    /// Writes what is not written yet, and waits for it.
    ~ConsoleState() override;

    /// The name that stands for all profiles; no profile can have it.
    static QString shared() { return QStringLiteral("+shared"); }

    /// Undefined where there is none. Keys are words with slashes, `tables/tasks`, and never change
    /// their meaning.
    QJsonValue value(const QString &key) const;
    /// Null or undefined takes it away.
    void setValue(const QString &key, const QJsonValue &value);
    /// Keys that begin so, by name.
    QStringList keys(const QString &prefix = {}) const;

    /// Bytes that Qt makes (saveState, saveGeometry).
    QByteArray blob(const QString &key) const;
    void setBlob(const QString &key, const QByteArray &bytes);

    QString file() const { return m_file; }
    /// What a person should know: a file was set aside, or cannot be written. Empty: all is well.
    const QString &problem() const { return m_problem; }

    /// Does not wait for further changes.
    void flush();

signals:
    void changed(const QString &key);
    /// What was found while it was read was before anybody could listen: look at `problem` once.
    void problemChanged(const QString &problem);

private:
    void read();
    void setAside(const QString &reason);
    void write();
    void onWritten(const Result<void> &written);

    QString m_file;
    QJsonObject m_rest; // of the file: what a later version has put there
    QMap<QString, QJsonValue> m_values;
    QString m_problem;
    bool m_dirty = false;
    bool m_cannotWrite = false;
    QTimer m_soon {this};
    QThreadPool m_pool; // one thread: writes come one after another
};

} // namespace Drover
