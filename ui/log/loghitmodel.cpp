#include "ui/log/loghitmodel.h"

#include "ui/log/logdocument.h"
#include "ui/log/logline.h"
#include "ui/log/logsearch.h"

#include <QtCore/QLocale>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int pageSize = 200;

} // namespace

LogHitModel::LogHitModel(LogDocument &document, QObject *parent) : QAbstractListModel(parent), m_document(document) { }

void LogHitModel::setPattern(const LogPattern &pattern)
{
    beginResetModel();
    ++m_turn;
    m_hits.clear();
    m_find = {.pattern = pattern.text, .plain = !pattern.isExpression, .ignoreCase = pattern.ignoresCase, .lines = true,
              .texts = true, .limit = pageSize};
    m_isDone = pattern.text.isEmpty();
    m_isAsking = false;
    endResetModel();
    fetchMore({});
}

int LogHitModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_hits.size());
}

QVariant LogHitModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const FoundOutput &hit = m_hits[index.row()];
    switch (role) {
    case Qt::DisplayRole: {
        const QString text = LogLine(hit.text).text().trimmed();
        return hit.line > 0 ? QString::number(hit.line) + u"  "_s + text : text;
    }
    case OffsetRole: return hit.offset;
    case NumberRole: return hit.line;
    default: return {};
    }
}

bool LogHitModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_isDone && !m_isAsking;
}

void LogHitModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_isAsking = true;
    m_document.source().send(m_find, this, [this, turn = m_turn](const Result<FoundOutputs> &page) {
        if (turn != m_turn)
            return;
        m_isAsking = false;
        m_isDone = !page || page->done;
        if (!page)
            return;
        m_find.from = page->next;
        if (page->hits.isEmpty()) {
            fetchMore({}); // a page without any: further on there may be some
            return;
        }
        const int first = int(m_hits.size());
        beginInsertRows({}, first, first + int(page->hits.size()) - 1);
        m_hits += page->hits;
        endInsertRows();
    });
}

} // namespace Drover
