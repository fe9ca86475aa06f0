#include "backend/store/leadership.h"

#include "backend/base/logging.h"

#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>
#include <QtCore/QSaveFile>
#include <QtCore/QSysInfo>

#include <algorithm>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error takenOver()
{
    return fail(ErrorCode::Conflict, u"another daemon has taken over the database"_s);
}

QString freshName()
{
    return QString::number(QRandomGenerator::system()->generate64(), 16);
}

} // namespace

QString Leadership::markFile() const
{
    return m_dataDirectory + u"/drover.leader"_s;
}

Result<Leadership::Mark> Leadership::readMark() const
{
    QFile file(markFile());
    if (!file.exists())
        return Mark{};
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2"_s.arg(markFile(), file.errorString()));
    const QStringList words = QString::fromUtf8(file.readAll()).simplified().split(u' ');
    return Mark{.directory = words.value(0), .term = words.value(1).toLongLong()};
}

Result<void> Leadership::writeMark(const Mark &mark) const
{
    QSaveFile file(markFile());
    const QByteArray text = mark.directory.toUtf8() + ' ' + QByteArray::number(mark.term) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0 || !file.commit())
        return fail(ErrorCode::Io,
                    u"%1 cannot be written: %2"_s.arg(markFile(), file.errorString()));
    return {};
}

Result<Leadership::Row> Leadership::readRow(Database &database)
{
    Row row;
    Statement &query
        = database.prepared("SELECT term, sequence, directory FROM leader WHERE id = 1"_L1);
    if (query.next())
        RowReader(query).read(row.term, row.sequence, row.directory);
    const Result<void> read = query.finish();
    return read ? Result<Row>(row) : read.error();
}

Result<void> Leadership::compare(const Row &row, const Mark &mark) const
{
    if (row.term == 0 && !mark.directory.isEmpty()) {
        return fail(
            ErrorCode::Invalid,
            u"the data directory %1 is that of another database; give this one its own with --data"_s
                .arg(m_dataDirectory));
    }
    if (row.term == 0)
        return {};
    if (mark.directory != row.directory) {
        return fail(
            ErrorCode::Invalid,
            u"%1 is not the data directory of this database: all daemons of a database share one"
            " (outputs and keys lie there); mount it here and name it with --data"_s.arg(
                m_dataDirectory));
    }
    if (mark.term < row.term) {
        return fail(
            ErrorCode::Invalid,
            u"%1 is a copy of the data directory of this database, of an earlier time; mount the"
            " shared one here and name it with --data"_s.arg(m_dataDirectory));
    }
    return {};
}

Result<Leadership::Row> Leadership::takeRow(Database &database)
{
    const Result<Row> row = readRow(database);
    if (!row)
        return row.error();
    const Result<Mark> mark = readMark();
    if (!mark)
        return mark.error();
    if (const Result<void> fits = compare(*row, *mark); !fits)
        return fits.error();
    const Mark next{.directory = row->term == 0 ? freshName() : row->directory,
                    .term = std::max(row->term, mark->term) + 1};
    // The file first: whoever sees the term in the database must find it in the directory as well.
    if (const Result<void> written = writeMark(next); !written)
        return written.error();
    const Result<int> put
        = database
              .prepared("INSERT INTO leader (id, term, sequence, directory, holder) VALUES (1, ?1, "
                        "0, ?2, ?3)"
                        " ON CONFLICT (id) DO UPDATE SET term = excluded.term, sequence = 0,"
                        " directory = excluded.directory, holder = excluded.holder"_L1)
              .with(next.term, next.directory,
                    u"%1, process %2"_s.arg(QSysInfo::machineHostName()).arg(::getpid()))
              .run();
    if (!put)
        return put.error();
    m_lastHappened = m_term != 0 && row->term == m_term && row->sequence == m_sequence;
    return Row{.term = next.term, .sequence = 0, .directory = next.directory};
}

Result<void> Leadership::take(Database &database)
{
    if (const Result<void> begun = database.begin(); !begun)
        return begun.error();
    const Result<Row> taken = takeRow(database);
    const Result<void> done = taken ? database.commit() : Result<void>(taken.error());
    if (!done) {
        database.rollback();
        return done.error();
    }
    m_term = taken->term;
    m_sequence = 0;
    logInfo(LogCategory::Store, u"leads the database", {{"term"_L1, QString::number(m_term)}});
    return {};
}

Result<void> Leadership::stamp(Database &database)
{
    const Result<int> stamped
        = database.prepared("UPDATE leader SET sequence = ?1 WHERE id = 1 AND term = ?2"_L1)
              .with(++m_sequence, m_term)
              .run();
    if (!stamped)
        return stamped.error();
    return *stamped == 1 ? Result<void>() : takenOver();
}

Result<void> Leadership::check(Database &database) const
{
    const Result<Row> row = readRow(database);
    if (!row)
        return row.error();
    return row->term == m_term ? Result<void>() : takenOver();
}

} // namespace Drover
