#include "ui/shell/sheets.h"

#include "ui/shell/view.h"
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"
#include "ui/widgets/sheetcontent.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int cardRadius = 10;

bool takesFocus(const QWidget *widget)
{
    return widget->isEnabled() && widget->isVisibleTo(widget->window()) && widget->focusPolicy() & Qt::TabFocus
           && !widget->focusProxy();
}

QList<QWidget *> focusablesOf(QWidget *within)
{
    QList<QWidget *> found;
    QWidget *at = within;
    do {
        at = at->nextInFocusChain();
        if (within->isAncestorOf(at) && takesFocus(at))
            found.append(at);
    } while (at && at != within);
    return found;
}

} // namespace

QWidget *firstFocusable(QWidget *within)
{
    return focusablesOf(within).value(0);
}

Sheet::Sheet(Look &look, QWidget *content, int width, QWidget *parent)
    : QWidget(parent), m_look(look), m_content(content), m_width(width)
{
    content->setParent(this);
    setFocusPolicy(Qt::ClickFocus);
    setAccessibleName(content->accessibleName());
    if (auto *sheet = qobject_cast<SheetContent *>(content))
        connect(sheet, &SheetContent::closed, this, &Sheet::leaving);
    place();
    content->show();
}

void Sheet::place()
{
    const int shadow = shadowMargin(Elevation::Popup);
    const QSize room = parentWidget()->size() - QSize(48, 48);
    const int width = std::min(m_look.scaled(m_width), room.width());
    int height = m_content->sizeHint().height();
    if (m_content->hasHeightForWidth())
        height = std::max(height, m_content->heightForWidth(width));
    height = std::clamp(height, m_content->minimumSizeHint().height(), std::max(1, room.height()));
    const QPoint corner((parentWidget()->width() - width) / 2, std::max(24, (parentWidget()->height() - height) / 3));
    setGeometry(QRect(corner, QSize(width, height)).adjusted(-shadow, -shadow, shadow, shadow));
    m_content->setGeometry(shadow, shadow, width, height);
}

bool Sheet::focusNextPrevChild(bool next)
{
    const QList<QWidget *> all = focusablesOf(this);
    if (all.isEmpty())
        return true;
    const qsizetype at = all.indexOf(QApplication::focusWidget());
    const qsizetype step = next ? at + 1 : at - 1 + all.size() + (at < 0);
    all.at(step % all.size())->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

void Sheet::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        emit leaving();
    event->accept();
}

bool Sheet::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::event(event);
}

void Sheet::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int shadow = shadowMargin(Elevation::Popup);
    drawCard(painter, m_look, QRectF(rect()).adjusted(shadow, shadow, -shadow, -shadow), cardRadius, Elevation::Popup);
}

Sheets::Sheets(Look &look, QWidget *window) : QWidget(window), m_look(look)
{
    setObjectName(u"sheets"_s);
    window->installEventFilter(this);
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void Sheets::open(QWidget *content, int width)
{
    if (m_sheets.isEmpty())
        m_focusBefore = QApplication::focusWidget();
    setGeometry(parentWidget()->rect());
    QWidget *wished = content->focusWidget(); // what it gave the focus to; a new parent takes that away
    auto *sheet = new Sheet(m_look, content, width, this);
    m_sheets.append(sheet);
    connect(sheet, &Sheet::leaving, this, [this, content] {
        // A view may have a level of its own to leave first, or a text to keep.
        auto *view = qobject_cast<View *>(content);
        if (!view || !view->goBack())
            close(content);
    });
    show();
    raise();
    sheet->show();
    sheet->place();
    if (!sheet->isAncestorOf(QApplication::focusWidget())) {
        QWidget *first = wished ? wished : firstFocusable(content);
        (first ? first : sheet)->setFocus(Qt::OtherFocusReason);
    }
    emit changed();
}

void Sheets::close(QWidget *content)
{
    for (qsizetype i = 0; i < m_sheets.size(); ++i) {
        if (m_sheets.at(i)->content() != content)
            continue;
        Sheet *sheet = m_sheets.takeAt(i);
        sheet->hide();
        sheet->deleteLater();
        break;
    }
    if (!m_sheets.isEmpty()) {
        QWidget *first = firstFocusable(m_sheets.last());
        (first ? first : m_sheets.last())->setFocus();
    } else {
        hide();
        if (m_focusBefore)
            m_focusBefore->setFocus(Qt::OtherFocusReason);
    }
    emit changed();
}

bool Sheets::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
        for (Sheet *sheet : std::as_const(m_sheets))
            sheet->place();
    }
    return QWidget::eventFilter(watched, event);
}

void Sheets::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QColor scrim = m_look.isDark() ? QColor(Qt::black) : m_look.color(Tint::Text1);
    scrim.setAlphaF(m_look.isDark() ? 0.52F : 0.32F);
    painter.fillRect(rect(), scrim);
}

void Sheets::mousePressEvent(QMouseEvent *event)
{
    event->accept();
}

} // namespace Drover
