#include <QtTest/QtTest>

#include <QtCore/QDirIterator>

/// Reads every #include of backend, app and ui and holds it against rooms.txt, so that an arrow
/// that the design does not have fails here and not in somebody's head.
class TestArchitecture : public QObject
{
    Q_OBJECT

    QMap<QString, QStringList> m_arrows;

    static QString source(const QString &path)
    {
        QFile file(QString(DROVER_SOURCE_DIR) + "/" + path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    // The deepest room whose folder holds this path.
    QString roomOf(const QString &path) const
    {
        QString best;
        for (auto room = m_arrows.keyBegin(); room != m_arrows.keyEnd(); ++room) {
            if (path.startsWith(*room + "/") && room->size() > best.size())
                best = *room;
        }
        return best;
    }

    bool mayReach(const QString &from, const QString &to) const
    {
        if (from == to)
            return true;
        for (const QString &next : m_arrows.value(from)) {
            if (mayReach(next, to))
                return true;
        }
        return false;
    }

    static QStringList filesBelow(const QString &top)
    {
        QStringList files;
        QDirIterator it(QString(DROVER_SOURCE_DIR) + "/" + top, {"*.h", "*.cpp"}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext())
            files.append(it.next().mid(QString(DROVER_SOURCE_DIR).size() + 1));
        return files;
    }

private slots:
    void initTestCase()
    {
        for (const QString &line : source("tests/architecture/rooms.txt").split('\n')) {
            if (line.startsWith('#') || !line.contains(':'))
                continue;
            m_arrows.insert(line.section(':', 0, 0),
                            line.section(':', 1).split(' ', Qt::SkipEmptyParts));
        }
        QVERIFY(m_arrows.size() > 10);
    }

    void everyIncludeFollowsAnArrow()
    {
        static const QRegularExpression include("^#include \"([^\"]+)\"",
                                                QRegularExpression::MultilineOption);
        QStringList wrong;
        for (const QString top : {"backend", "app", "ui"}) {
            for (const QString &file : filesBelow(top)) {
                const QString room = roomOf(file);
                if (room.isEmpty()) {
                    wrong.append(file + " stands in no room of rooms.txt");
                    continue;
                }
                auto match = include.globalMatch(source(file));
                while (match.hasNext()) {
                    const QString header = match.next().captured(1);
                    if (header.endsWith(".moc"))
                        continue;
                    const QString target = roomOf(header);
                    // The agent reads the run folder's header of the shim, and nothing else of it.
                    const bool runFolder = room == "backend/agent" && header == "backend/shim/runfolder.h";
                    if (!runFolder && !mayReach(room, target))
                        wrong.append(file + " includes " + header);
                }
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    void theShimKnowsNoQt()
    {
        for (const QString &file : filesBelow("backend/shim"))
            QVERIFY2(!source(file).contains("<Qt"), qPrintable(file));
    }

    void sqlStandsInTheStoreAlone()
    {
        for (const QString top : {"backend", "app", "ui"}) {
            for (const QString &file : filesBelow(top)) {
                if (!file.startsWith("backend/store/"))
                    QVERIFY2(!source(file).contains("<QtSql"), qPrintable(file));
            }
        }
    }

    void appAndUiUseNoPosix()
    {
        for (const QString top : {"app", "ui"}) {
            for (const QString &file : filesBelow(top)) {
                for (const char *header : {"<unistd.h>", "<sys/", "<fcntl.h>", "<signal.h>"})
                    QVERIFY2(!source(file).contains(header), qPrintable(file + header));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
