#include "backend/agent/cgroups.h"

#include <QtCore/QFile>
#include <QtCore/QHash>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromLocal8Bit(file.readAll()).trimmed()
                                          : QString();
}

bool writeText(const QString &path, const QByteArray &text)
{
    const int file = open(QFile::encodeName(path).constData(), O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool done = write(file, text.constData(), size_t(text.size())) == text.size();
    close(file);
    return done;
}

bool makeFolder(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    return (mkdir(name.constData(), 0755) == 0 || errno == EEXIST)
        && access(name.constData(), W_OK) == 0;
}

/// Where each hierarchy is mounted: by controller, v2 under the empty name.
QHash<QString, QString> mounts()
{
    QHash<QString, QString> found;
    const QStringList lines = textOf(u"/proc/self/mountinfo"_s).split(u'\n');
    for (const QString &line : lines) {
        // 35 24 0:30 / /sys/fs/cgroup/memory rw … - cgroup cgroup rw,memory
        const QStringList halves = line.split(u" - "_s);
        const QStringList left = halves.value(0).split(u' ');
        const QStringList right = halves.value(1).split(u' ');
        if (left.value(3) != u"/")
            continue; // a part of a hierarchy: paths would not fit
        if (right.value(0) == u"cgroup2")
            found.insert({}, left.value(4));
        if (right.value(0) != u"cgroup")
            continue;
        const QStringList options = right.value(2).split(u',');
        for (const QString &option : options)
            found.insert(option, left.value(4));
    }
    return found;
}

/// The path of a process in each hierarchy, by controller.
QHash<QString, QString> pathsOf(pid_t pid)
{
    QHash<QString, QString> paths;
    const QStringList lines = textOf(u"/proc/%1/cgroup"_s.arg(pid)).split(u'\n');
    for (const QString &line : lines) {
        const QStringList parts = line.split(u':'); // "4:memory:/user.slice", "0::/"
        const QStringList controllers = parts.value(1).split(u',');
        for (const QString &controller : controllers)
            paths.insert(controller, parts.mid(2).join(u':'));
    }
    return paths;
}

QString folderIn(const QString &mount, const QString &path)
{
    return path == u"/" ? mount : mount + path;
}

class Arranger
{
public:
    Arranger(pid_t pid, QString scope, QString name)
        : m_scope(std::move(scope))
        , m_name(std::move(name))
        , m_mounts(mounts())
        , m_paths(pathsOf(pid))
    {
    }

    Cgroups arrange()
    {
        arrangeV2();
        m_made.parents.memory = arrangeV1(u"memory"_s);
        m_made.parents.cpu = arrangeV1(u"cpu"_s);
        m_made.parents.cpuacct = arrangeV1(u"cpuacct"_s);
        m_made.parents.freezer = arrangeV1(u"freezer"_s);
        m_made.parents.pids = arrangeV1(u"pids"_s);
        m_made.memory = m_made.memory || !m_made.parents.memory.empty();
        m_made.cpu = m_made.cpu || !m_made.parents.cpu.empty();
        m_made.freeze = m_made.freeze || !m_made.parents.freezer.empty();
        m_made.kill = m_made.kill || !m_made.parents.freezer.empty();
        return m_made;
    }

private:
    void arrangeV2()
    {
        QString parent = m_scope;
        if (parent.isEmpty()) {
            if (!m_mounts.contains(QString()) || !m_paths.contains(QString()))
                return;
            const QString base = folderIn(m_mounts.value({}), m_paths.value({}));
            handOut(base);
            parent = base + u'/' + m_name;
            if (!makeFolder(parent))
                return;
            handOut(parent);
        }
        const QStringList controllers = textOf(parent + "/cgroup.subtree_control"_L1).split(u' ');
        m_made.parents.v2 = QFile::encodeName(parent).toStdString();
        m_made.memory = controllers.contains("memory"_L1);
        m_made.cpu = controllers.contains("cpu"_L1);
        m_made.freeze = m_made.kill = true;
    }

    /// One at a time: a controller that is not there fails the whole write.
    static void handOut(const QString &folder)
    {
        for (const char *controller : {"+memory", "+cpu", "+pids"})
            writeText(folder + "/cgroup.subtree_control"_L1, controller);
    }

    std::string arrangeV1(const QString &controller)
    {
        if (!m_mounts.contains(controller) || !m_paths.contains(controller))
            return {};
        const QString base = folderIn(m_mounts.value(controller), m_paths.value(controller));
        const QString parent = base + u'/' + m_name;
        return makeFolder(parent) ? QFile::encodeName(parent).toStdString() : std::string();
    }

    QString m_scope;
    QString m_name;
    QHash<QString, QString> m_mounts;
    QHash<QString, QString> m_paths;
    Cgroups m_made;
};

} // namespace

QStringList Cgroups::limits() const
{
    QStringList words;
    const std::pair<bool, QLatin1StringView> all[]
        = {{memory, "memory"_L1}, {cpu, "cpu"_L1}, {freeze, "freeze"_L1}, {kill, "kill"_L1}};
    for (const auto &[holds, word] : all) {
        if (holds)
            words.append(word);
    }
    return words;
}

Cgroups arrangeCgroups(pid_t pid, const QString &scope, const QString &name)
{
    return Arranger(pid, scope, name).arrange();
}

} // namespace Drover
