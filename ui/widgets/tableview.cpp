#include "ui/widgets/tableview.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/celldelegate.h"
#include "ui/widgets/look.h"
#include "ui/widgets/orderpill.h"
#include "ui/widgets/tableheader.h"
#include "ui/widgets/tableoverlay.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtCore/QJsonArray>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

TableView::TableView(const Look &look, QWidget *parent)
    : QTableView(parent), m_look(look), m_delegate(new CellDelegate(look, this)), m_header(new TableHeader(look, this)),
      m_overlay(new TableOverlay(look, this)), m_pill(new OrderPill(look, this))
{
    setHorizontalHeader(m_header);
    setItemDelegate(m_delegate);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    connect(m_header, &TableHeader::orderAsked, this, &TableView::orderAsked);
    connect(m_header, &TableHeader::chooserAsked, this, [this](const QPoint &at) {
        auto *menu = new QMenu(this);
        fillChooser(*menu);
        popUp(menu, at);
    });
    connect(m_header, &QHeaderView::sectionResized, this, &TableView::onSectionResized);
    connect(m_header, &QHeaderView::sectionMoved, this, &TableView::columnsChanged);
    connect(m_pill, &OrderPill::clicked, this, &TableView::refreshAsked);
    connect(&look, &Look::changed, this, &TableView::applyLook);
    applyLook();
}

void TableView::applyLook()
{
    verticalHeader()->setMinimumSectionSize(m_look.rowHeight());
    verticalHeader()->setDefaultSectionSize(m_look.rowHeight());
    verticalScrollBar()->setSingleStep(m_look.rowHeight());
    m_pill->resize(m_pill->sizeHint());
    stretch();
    placeOver();
    viewport()->update();
}

void TableView::setCells(CellModel *model)
{
    m_model = model;
    setModel(model);
    m_header->setColumns(model->columns());
    useDefaults();
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, viewport(), [this] {
        viewport()->update(); // the ring goes round a row
        placeOver();
    });
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &TableView::placeOver);
}

void TableView::useDefaults()
{
    m_laying = true;
    const QList<Column> &columns = m_model->columns();
    for (int i = 0; i < columns.size(); ++i) {
        m_header->moveSection(m_header->visualIndex(i), i);
        m_header->resizeSection(i, m_look.scaled(columns.at(i).width));
        m_header->setSectionHidden(i, !columns.at(i).shown);
    }
    m_laying = false;
    stretch();
}

void TableView::stretch()
{
    if (!m_model || m_laying)
        return;
    int takes = -1;
    int others = 0;
    for (int i = 0; i < m_model->columnCount(); ++i) {
        if (m_header->isSectionHidden(i))
            continue;
        if (m_model->columnAt(i).stretches)
            takes = i;
        else
            others += m_header->sectionSize(i);
    }
    if (takes < 0)
        return;
    m_laying = true;
    m_header->resizeSection(takes, std::max(m_look.scaled(120), viewport()->width() - others));
    m_laying = false;
}

void TableView::onSectionResized(int logical, int before, int now)
{
    if (m_laying || !m_model)
        return;
    if (m_model->columnAt(logical).stretches) {
        // It takes what is left: its right edge is the next one's left.
        int next = m_header->visualIndex(logical) + 1;
        while (next < m_header->count() && m_header->isSectionHidden(m_header->logicalIndex(next)))
            ++next;
        if (next < m_header->count()) {
            const int other = m_header->logicalIndex(next);
            m_laying = true;
            m_header->resizeSection(other, std::max(m_look.scaled(40), m_header->sectionSize(other) - (now - before)));
            m_laying = false;
        }
    }
    stretch();
    emit columnsChanged();
}

QJsonObject TableView::savedColumns() const
{
    QJsonArray columns;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int i = m_header->logicalIndex(visual);
        const bool shown = !m_header->isSectionHidden(i);
        QJsonObject column {{u"id"_s, m_model->columnAt(i).id}, {u"shown"_s, shown}};
        // Of a hidden one Qt says 0.
        if (shown && !m_model->columnAt(i).stretches)
            column.insert(u"width"_s, m_header->sectionSize(i));
        columns.append(column);
    }
    return {{u"version"_s, 1}, {u"columns"_s, columns}, {u"order"_s, order()}};
}

void TableView::restoreColumns(const QJsonObject &saved)
{
    useDefaults();
    m_laying = true;
    int place = 0;
    const QJsonArray columns = saved.value(u"columns"_s).toArray();
    for (const QJsonValue &each : columns) {
        const QJsonObject column = each.toObject();
        const int i = m_model->columnOf(column.value(u"id"_s).toString());
        if (i < 0)
            continue; // of a later version
        m_header->moveSection(m_header->visualIndex(i), place++);
        if (const int width = column.value(u"width"_s).toInt(); width > 0)
            m_header->resizeSection(i, std::clamp(width, m_look.scaled(24), m_look.scaled(2000)));
        m_header->setSectionHidden(i, !column.value(u"shown"_s).toBool(true));
    }
    m_laying = false;
    stretch();
}

void TableView::setColumnShown(const QString &id, bool shown)
{
    const int i = m_model->columnOf(id);
    if (i < 0)
        return;
    m_header->setSectionHidden(i, !shown);
    if (shown && m_header->sectionSize(i) < m_look.scaled(24))
        m_header->resizeSection(i, m_look.scaled(m_model->columnAt(i).width));
    stretch();
    emit columnsChanged();
}

bool TableView::isColumnShown(const QString &id) const
{
    const int i = m_model->columnOf(id);
    return i >= 0 && !m_header->isSectionHidden(i);
}

QList<int> TableView::shownColumns() const
{
    QList<int> columns;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        if (const int i = m_header->logicalIndex(visual); !m_header->isSectionHidden(i))
            columns.append(i);
    }
    return columns;
}

void TableView::fillChooser(QMenu &menu)
{
    for (const Column &column : m_model->columns()) {
        QAction *choice = menu.addAction(column.title);
        choice->setObjectName(u"column."_s + column.id);
        choice->setCheckable(true);
        choice->setChecked(isColumnShown(column.id));
        choice->setToolTip(column.words);
        connect(choice, &QAction::toggled, this, [this, id = column.id](bool on) { setColumnShown(id, on); });
    }
    menu.addSeparator();
    QAction *standard = menu.addAction(tr("As they were"));
    standard->setObjectName(u"column.defaults"_s);
    connect(standard, &QAction::triggered, this, [this] {
        useDefaults();
        emit columnsChanged();
    });
}

void TableView::setOrder(const QString &order)
{
    m_header->setOrder(order);
}

QString TableView::order() const
{
    return m_header->order();
}

int TableView::firstVisibleRow() const
{
    return rowAt(0);
}

int TableView::lastVisibleRow() const
{
    const int last = rowAt(viewport()->height() - 1);
    return last >= 0 || !m_model ? last : m_model->rowCount() - 1;
}

bool TableView::isFrozen() const
{
    if (m_openMenus > 0 || m_dragging || (m_key.isValid() && m_key.elapsed() < 1000))
        return true;
    return m_hovered >= 0 && selectionModel() && selectionModel()->isRowSelected(m_hovered);
}

void TableView::popUp(QMenu *menu, const QPoint &globalPosition)
{
    ++m_openMenus;
    connect(menu, &QMenu::aboutToHide, this, [this, menu] {
        --m_openMenus;
        menu->deleteLater();
    }, Qt::SingleShotConnection);
    menu->popup(globalPosition);
}

void TableView::setStale(bool stale)
{
    m_delegate->setStale(stale);
    viewport()->update();
}

QString TableView::copiedSelection() const
{
    constexpr int mostRows = 100'000;
    QList<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom() && rows.size() < mostRows; ++row)
            rows.append(row);
    }
    std::ranges::sort(rows);
    rows.erase(std::ranges::unique(rows).begin(), rows.end());
    const QList<int> columns = shownColumns();
    QStringList lines;
    for (const int row : std::as_const(rows)) {
        QStringList cells;
        for (const int column : columns)
            cells.append(m_model->copied(row, column));
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

void TableView::showLoading(std::function<void()> cancel)
{
    QList<std::pair<int, int>> columns;
    for (int i = 0; i < m_header->count(); ++i) {
        if (!m_header->isSectionHidden(i))
            columns.append({m_header->sectionViewportPosition(i), m_header->sectionSize(i)});
    }
    m_loading = true;
    m_overlay->showLoading(columns, std::move(cancel));
    placeOver();
}

void TableView::showReason(const QString &sentence, const QString &action, std::function<void()> act,
                           const QString &icon)
{
    m_loading = false;
    m_overlay->showReason(icon, sentence, action, std::move(act));
    placeOver();
}

void TableView::showFailure(const QString &sentence, const QString &details, std::function<void()> retry)
{
    m_loading = false;
    m_overlay->showFailure(sentence, details, std::move(retry));
    placeOver();
}

void TableView::showRows()
{
    m_loading = false;
    m_overlay->hide();
}

void TableView::setNews(qint64 rowsThatWouldMove, bool many)
{
    m_pill->setNews(rowsThatWouldMove, many);
    placeOver();
}

void TableView::placeOver()
{
    m_overlay->setGeometry(viewport()->geometry());
    if (!m_pill->hasNews())
        return;
    const QRect room = viewport()->geometry();
    const int gap = m_look.scaled(10) - OrderPill::margin();
    const QPoint low(room.right() - m_pill->width() - m_look.scaled(6), room.bottom() - m_pill->height() - gap);
    m_pill->move(low);
    // It covers no selected row: then it hops to the top.
    const QRect covered(viewport()->mapFrom(this, low), m_pill->size());
    for (int y = covered.top(); y <= covered.bottom(); y += std::max(1, m_look.rowHeight() / 2)) {
        if (const int row = rowAt(y); row >= 0 && selectionModel() && selectionModel()->isRowSelected(row)) {
            m_pill->move(low.x(), room.top() + gap);
            break;
        }
    }
    m_pill->raise();
}

void TableView::selectAll()
{
    if (m_asksForAll)
        emit allAsked();
    else
        QTableView::selectAll();
}

} // namespace Drover
