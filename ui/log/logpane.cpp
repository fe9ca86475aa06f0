#include "ui/log/logpane.h"

#include "backend/base/size.h"
#include "backend/protocol/enumtext.h"
#include "ui/log/loghitmodel.h"
#include "ui/log/logreadout.h"
#include "ui/log/logview.h"
#include "ui/widgets/look.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// A place that a person typed.
struct Place
{
    std::optional<qint64> line;
    std::optional<double> percent;
    std::optional<QTime> time;
    std::optional<Instant> instant;

    bool isNone() const { return !line && !percent && !time && !instant; }
};

Place placeOf(const QString &typed)
{
    static const QRegularExpression time(u"^([0-9]{1,2}):([0-9]{2})(:([0-9]{2})(\\.[0-9]{1,3})?)?$"_s);
    const QString text = typed.trimmed();
    Place place;
    bool ok = false;
    if (text.endsWith(u'%')) {
        const double percent = text.chopped(1).toDouble(&ok);
        if (ok && percent >= 0 && percent <= 100)
            place.percent = percent;
    } else if (const qint64 line = text.toLongLong(&ok); ok) {
        if (line > 0)
            place.line = line;
    } else if (time.match(text).hasMatch()) {
        const QTime of = QTime::fromString(text, text.count(u':') == 1 ? u"H:mm"_s : text.contains(u'.') ? u"H:mm:ss.z"_s : u"H:mm:ss"_s);
        if (of.isValid())
            place.time = of;
    } else {
        place.instant = fromIso(text);
    }
    return place;
}

// A time of day is that of the log's last day, or of the day before.
Instant instantOf(QTime time, Instant last, bool isUtc)
{
    const QDateTime utc = QDateTime::fromMSecsSinceEpoch(toMicroseconds(last) / 1000, Qt::UTC);
    QDateTime at = isUtc ? utc : utc.toLocalTime();
    const bool isLater = time > at.time();
    at.setTime(time);
    if (isLater)
        at = at.addDays(-1);
    return fromMicroseconds(at.toMSecsSinceEpoch() * 1000);
}

} // namespace

LogPane::LogPane(const Look &look, MakeSource makeSource, QWidget *parent)
    : QWidget(parent), m_look(look), m_makeSource(std::move(makeSource))
{
    setObjectName(u"logPane"_s);
    build();
    connect(&look, &Look::changed, this, &LogPane::restyle);
    connect(&look, &Look::utcChanged, this, &LogPane::updateFooter);
    restyle();
    updateTools();
}

LogPane::~LogPane()
{
    close(); // views before what they show
}

void LogPane::close()
{
    delete std::exchange(m_view, nullptr);
    delete std::exchange(m_hits, nullptr);
    delete std::exchange(m_readout, nullptr);
    delete std::exchange(m_filter, nullptr);
    delete std::exchange(m_search, nullptr);
    delete std::exchange(m_document, nullptr);
    m_empty->show();
    updateTools();
    updateFooter();
    emit changed();
}

void LogPane::open(TaskId task, int attempt)
{
    if (isOpen() && m_attempt == AttemptId{task, attempt})
        return;
    if (m_attempt.task != task) {
        m_attempts.clear();
        m_name.clear();
    }
    m_attempt = {task, attempt};
    reopen();
}

void LogPane::setStream(Stream stream)
{
    if (std::exchange(m_stream, stream) != stream && isOpen())
        reopen();
}

void LogPane::setAttempt(int attempt)
{
    open(m_attempt.task, attempt);
}

void LogPane::reopen()
{
    const LogPattern pattern = m_search ? m_search->pattern() : LogPattern{};
    const bool wraps = m_view ? m_view->wraps() : m_restored.value(u"wrap"_s).toBool();
    const bool moments = m_view ? m_view->showsMoments() : m_restored.value(u"times"_s).toBool(true);
    close();
    m_document = new LogDocument(m_makeSource(m_attempt, m_stream), this);
    m_search = new LogSearch(*m_document, this);
    m_filter = new LogFilter(*m_document, this);
    m_readout = new LogReadout(m_document->source(), this);
    m_hits = new LogHitModel(*m_document, this);
    m_view = new LogView(*m_document, *m_search, m_look, m_place);
    m_view->setObjectName(u"logView"_s);
    m_view->setAccessibleName(tr("Log of %1").arg(m_name.isEmpty() ? QString::number(m_attempt.task.value) : m_name));
    m_view->setWraps(wraps);
    m_view->setShowsMoments(moments);
    m_place->layout()->removeWidget(m_hitList);
    m_place->layout()->addWidget(m_view);
    m_place->layout()->addWidget(m_hitList);
    m_hitList->setModel(m_hits);
    m_empty->hide();
    connect(m_document, &LogDocument::changed, this, &LogPane::updateFooter);
    connect(m_document, &LogDocument::failed, this, [this](const Error &error) {
        if (m_document->size() == 0) {
            m_empty->setText(error.message);
            m_empty->show();
        }
    });
    connect(m_search, &LogSearch::changed, this, &LogPane::updateCount);
    connect(m_filter, &LogFilter::changed, this, &LogPane::updateFooter);
    connect(m_view, &LogView::followsChanged, this, &LogPane::updateTools);
    connect(m_view, &LogView::copyWanted, this, &LogPane::copySelection);
    connect(m_view, &LogView::findWanted, this, &LogPane::focusFind);
    connect(m_view, &LogView::menuWanted, this, &LogPane::menuWanted);
    connect(m_view, &LogView::selectionChanged, this, &LogPane::changed);
    if (!pattern.text.isEmpty())
        find(pattern);
    updateTools();
    updateFooter();
    emit changed();
}

void LogPane::find(const LogPattern &pattern)
{
    if (!isOpen())
        return;
    m_search->start(pattern, m_view->top());
    m_hits->setPattern(pattern);
}

QString LogPane::problemOfPlace(const QString &place)
{
    return placeOf(place).isNone() ? tr("A line (1234), a percentage (50%) or a time (10:23:50) is expected") : QString();
}

void LogPane::goTo(const QString &typed)
{
    const Place place = placeOf(typed);
    if (!isOpen() || place.isNone())
        return;
    m_view->setFollows(false);
    LocateOutput locate{.line = place.line, .percent = place.percent, .time = place.instant};
    if (place.time)
        locate.time = instantOf(*place.time, m_document->info().last, m_look.isUtc());
    m_document->source().send(locate, m_view, [this](const Result<OutputPlace> &found) {
        if (!found) {
            emit wentWrong(tr("The place was not found"), found.error());
            return;
        }
        m_view->select({found->offset, found->offset});
        m_view->show(found->offset);
        emit changed();
    });
}

void LogPane::copySelection()
{
    if (!isOpen() || m_view->selection().isEmpty())
        return;
    const LogView::Range range = m_view->selection();
    m_readout->text(range.begin, range.end, [this](const Result<QString> &text) {
        if (text)
            emit copied(*text);
        else
            emit wentWrong(tr("Nothing was copied"), text.error());
    });
}

void LogPane::saveTo(const QString &path)
{
    if (!isOpen())
        return;
    m_readout->save(0, m_document->size(), path, [this, path](const Result<qint64> &saved) {
        if (saved)
            emit told(tr("Saved %1 to %2").arg(printedSize(*saved), path));
        else
            emit wentWrong(tr("The log was not saved"), saved.error());
    });
}

void LogPane::setTask(const QString &name, const QList<Attempt> &attempts)
{
    m_name = name;
    m_attempts = attempts;
    updateTools();
}

void LogPane::setExpression(bool isExpression)
{
    m_isExpression = isExpression;
    if (m_search && m_search->isActive())
        find({m_search->pattern().text, m_isExpression, !m_matchesCase});
    emit changed();
}

void LogPane::setMatchCase(bool matches)
{
    m_matchesCase = matches;
    setExpression(m_isExpression);
}

void LogPane::showHits(bool shows)
{
    m_hitList->setVisible(shows);
    emit changed();
}

bool LogPane::showsHits() const
{
    return m_hitList->isVisibleTo(this);
}

qint64 LogPane::currentLine() const
{
    return isOpen() ? std::max<qint64>(0, m_document->lineNumber(m_document->rowStart(m_view->cursor()).value_or(0))) : 0;
}

QJsonObject LogPane::saved() const
{
    QJsonObject saved = m_restored;
    saved.insert(u"stream"_s, enumText(m_stream));
    if (m_view) {
        saved.insert(u"wrap"_s, m_view->wraps());
        saved.insert(u"times"_s, m_view->showsMoments());
        QJsonArray bookmarks;
        for (const qint64 each : m_view->bookmarks())
            bookmarks.append(each);
        saved.insert(u"bookmarks"_s, bookmarks);
        saved.insert(u"bookmarksOf"_s, printed(m_attempt));
    }
    return saved;
}

void LogPane::restore(const QJsonObject &saved)
{
    m_restored = saved;
    for (const Stream each : {Stream::Out, Stream::Err, Stream::Both}) {
        if (saved.value(u"stream"_s).toString() == enumText(each))
            setStream(each);
    }
    if (!m_view)
        return;
    m_view->setWraps(saved.value(u"wrap"_s).toBool());
    m_view->setShowsMoments(saved.value(u"times"_s).toBool(true));
    if (saved.value(u"bookmarksOf"_s).toString() == printed(m_attempt)) {
        QSet<qint64> bookmarks;
        for (const auto &each : saved.value(u"bookmarks"_s).toArray())
            bookmarks.insert(each.toInteger());
        m_view->setBookmarks(bookmarks);
    }
    updateTools();
}

} // namespace Drover
