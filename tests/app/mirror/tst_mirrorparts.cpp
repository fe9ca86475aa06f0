#include "app/client/connectionstatus.h"
#include "app/mirror/mirroredrows.h"
#include "app/mirror/pagecache.h"
#include "app/mirror/pagequeue.h"
#include "app/mirror/rowrange.h"
#include "app/mirror/selection.h"
#include "app/mirror/updaterate.h"
#include "backend/protocol/batch.h"

#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

struct Row
{
    TaskId id;
    qint64 rev = 0;
};

/// "3@10 4@10": rows by id and rev.
QList<Row> rowsOf(const QString &text)
{
    QList<Row> rows;
    for (const QString &word : text.split(' ', Qt::SkipEmptyParts))
        rows.append({TaskId{word.section('@', 0, 0).toLongLong()}, word.section('@', 1).toLongLong()});
    return rows;
}

QString printed(const QList<Row> &rows)
{
    QStringList words;
    for (const Row &row : rows)
        words.append(QString("%1@%2").arg(row.id.value).arg(row.rev));
    return words.join(' ');
}

QString printed(const RowChanges<Row> &changes)
{
    QStringList removed;
    for (const TaskId id : changes.removed)
        removed.append(QString::number(id.value));
    return QString("+[%1] ~[%2] -[%3]").arg(printed(changes.added), printed(changes.changed), removed.join(' '));
}

QString at(PageCache<Row> &cache, qint64 place)
{
    const Row *row = cache.at(place);
    return row ? printed({*row}) : QString("-");
}

} // namespace

/// The parts of the mirror that know no daemon.
class TestMirrorParts : public QObject
{
    Q_OBJECT

private slots:
    void aCollectionTellsWhatHasBecomeOfItOnce()
    {
        MirroredRows<Row> rows;
        rows.replace(rowsOf("1@1 2@2 3@3"));
        QCOMPARE(printed(rows.takeChanges()), "+[1@1 2@2 3@3] ~[] -[]");
        rows.apply(rowsOf("2@5 4@6"), {TaskId{3}});
        rows.apply(rowsOf("2@7"), {});
        QCOMPARE(printed(rows.takeChanges()), "+[4@6] ~[2@7] -[3]");
        rows.apply(rowsOf("2@6"), {}); // older than what we have
        QCOMPARE(printed(rows.takeChanges()), "+[] ~[] -[]");
        rows.apply(rowsOf("5@8"), {TaskId{5}, TaskId{9}}); // came and went between
        QCOMPARE(printed(rows.takeChanges()), "+[] ~[] -[]");
        rows.replace(rowsOf("1@0 7@1")); // another history: revisions begin anew
        QCOMPARE(printed(rows.takeChanges()), "+[7@1] ~[1@0] -[2 4]");
    }

    void aPageNeverGoesBackInTime()
    {
        PageCache<Row> cache;
        cache.place(0, rowsOf("1@10 2@10"));
        QCOMPARE(cache.update({TaskId{2}, 12}), std::optional<qint64>(1));
        QVERIFY(!cache.update({TaskId{2}, 11}));
        QCOMPARE(at(cache, 1), "2@12");
        cache.place(0, rowsOf("1@10 2@11")); // read before, came later
        QCOMPARE(at(cache, 1), "2@12");
        // What changes while its page is on its way.
        cache.expectPage();
        QVERIFY(!cache.update({TaskId{300}, 20}));
        cache.place(1, rowsOf("300@15 301@15"));
        cache.pageCame();
        QCOMPARE(at(cache, 256), "300@20");
        QCOMPARE(at(cache, 257), "301@15");
        QCOMPARE(at(cache, 258), "-");
        QCOMPARE(cache.placeOf(TaskId{301}), std::optional<qint64>(257));
    }

    void theOldestOfTwoHundredPagesMakesWay()
    {
        PageCache<Row> cache;
        for (qint64 page = 0; page < 200; ++page)
            cache.place(page, {{TaskId{page + 1}, 1}});
        QCOMPARE(at(cache, 0), "1@1"); // looked at just now
        cache.place(200, {{TaskId{1000}, 1}});
        QCOMPARE(cache.pageCount(), 200);
        QVERIFY(cache.hasPage(0));
        QVERIFY(!cache.hasPage(1));
        QVERIFY(!cache.find(TaskId{2}));
    }

    void aRowThatMovedToAnotherPageIsFoundThere()
    {
        PageCache<Row> cache;
        cache.place(0, rowsOf("1@1 2@1"));
        cache.place(1, rowsOf("2@3"));
        QCOMPARE(cache.placeOf(TaskId{2}), std::optional<qint64>(256));
        cache.place(0, rowsOf("1@1"));
        QCOMPARE(printed({*cache.find(TaskId{2})}), "2@3");
    }

    void whatIsLookedAtLastIsAskedForFirst()
    {
        PageQueue queue;
        for (qint64 page = 0; page < 20; ++page)
            queue.want(page); // scrolling past
        QList<qint64> asked;
        while (const auto page = queue.next())
            asked.append(*page);
        QCOMPARE(asked, QList<qint64>({19, 18, 17, 16}));
        queue.want(19); // is under way
        queue.answered(18);
        QCOMPARE(queue.next(), std::optional<qint64>(15));
        QVERIFY(queue.isLive(18));
        QVERIFY(!queue.isLive(3));
    }

    void aRangeHoldsWhatStandsTogether()
    {
        QCOMPARE(rangesOf({7, 3, 4, 5, 5, 9}), QList<RowRange>({{3, 5}, {7, 7}, {9, 9}}));
    }

    void aSelectionIsSomeOrAllButSome()
    {
        Selection selection;
        selection.setIds({TaskId{2}, TaskId{1}});
        selection.toggle(TaskId{3});
        selection.toggle(TaskId{2});
        QCOMPARE(selection.count(), 2);
        QCOMPARE(selection.query(), (TaskQuery{.ids = {TaskId{1}, TaskId{3}}}));
        selection.selectQuery("state = failed", 48'211);
        selection.toggle(TaskId{7});
        selection.remove({TaskId{8}});
        selection.add({TaskId{8}});
        QVERIFY(selection.contains(TaskId{1}));
        QVERIFY(!selection.contains(TaskId{7}));
        QCOMPARE(selection.count(), 48'210);
        QCOMPARE(selection.query(),
                 (TaskQuery{.where = "state = failed", .minus = {TaskId{7}}, .expectedCount = 48'210}));
        selection.selectQuery({}, 5);
        QVERIFY(selection.query().all);
    }

    void updatesAreCountedOverWholeSeconds()
    {
        UpdateRate rate;
        const UpdateRate::Time start{1000s};
        for (int i = 0; i < 40; ++i)
            rate.add(10, start + i * 100ms); // 100 a second, for 4 s
        QCOMPARE(rate.perSecond(start + 4s), 100.0);
        QCOMPARE(rate.perSecond(start + 6s), 50.0);
        QCOMPARE(rate.perSecond(start + 60s), 0.0);
    }

    void howAConnectionIsIsSaidInOneWord()
    {
        const auto state = [](const ConnectionFacts &facts) { return int(stateOf(facts)); };
        QCOMPARE(state({}), int(ConnectionState::Closed));
        QCOMPARE(state({.open = true}), int(ConnectionState::Connecting));
        QCOMPARE(state({.open = true, .away = 61s}), int(ConnectionState::Offline));
        QCOMPARE(state({.open = true, .ready = true, .silence = 2999ms}), int(ConnectionState::Live));
        QCOMPARE(state({.open = true, .ready = true, .silence = 3s}), int(ConnectionState::Late));
        QCOMPARE(state({.open = true, .wasReady = true, .away = 59s}), int(ConnectionState::Reconnecting));
        QCOMPARE(state({.open = true, .wasReady = true, .away = 60s}), int(ConnectionState::Offline));
        QCOMPARE(state({.refusal = Error{.code = ErrorCode::NotPermitted}}), int(ConnectionState::Refused));
        QCOMPARE(state({.open = true, .refusal = Error{.code = ErrorCode::VersionMismatch}}),
                 int(ConnectionState::VersionMismatch));
    }
};

QTEST_GUILESS_MAIN(TestMirrorParts)
#include "tst_mirrorparts.moc"
