#include "ui/shell/toast.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QAccessible>
#include <QtGui/QEnterEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int height38 = 38;
constexpr int above = 14;

} // namespace

Toast::Toast(const Look &look, QWidget *over)
    : QWidget(over), m_look(look), m_action(new QPushButton(this)), m_close(nullptr)
{
    setObjectName(u"toast"_s);
    m_action->setObjectName(u"toastAction"_s);
    auto *close = new QToolButton(this);
    close->setObjectName(u"toastClose"_s);
    close->setIcon(look.icon(u"close"_s));
    close->setAccessibleName(tr("Close"));
    connect(close, &QToolButton::clicked, this, &Toast::dismiss);
    m_close = close;
    connect(m_action, &QPushButton::clicked, this, &Toast::act);
    over->installEventFilter(this);
    m_ticks.setInterval(look.isReduced() ? 1s : 50ms);
    connect(&m_ticks, &QTimer::timeout, this, &Toast::tick);
    hide();
}

std::chrono::milliseconds Toast::left() const
{
    const auto spent = m_spent + (m_since.isValid() ? std::chrono::milliseconds(m_since.elapsed()) : 0ms);
    return std::max(0ms, m_news.life - spent);
}

void Toast::show(const ToastNews &news)
{
    m_news = news;
    m_spent = 0ms;
    m_since.start();
    m_action->setText(news.keys.isEmpty() ? news.action : news.action + u"  "_s + news.keys);
    m_action->setIcon(news.countdown ? m_look.icon(u"undo"_s) : QIcon());
    m_action->setVisible(!news.action.isEmpty());
    m_close->setVisible(news.life == 0ms || news.action.isEmpty());
    setAccessibleName(news.text);
    place();
    QWidget::show();
    raise();
    m_ticks.setInterval(m_look.isReduced() || !news.countdown ? 250ms : 50ms);
    if (news.life > 0ms)
        m_ticks.start();
    else
        m_ticks.stop();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
    update();
}

bool Toast::act()
{
    if (!isVisible() || !m_news.run)
        return false;
    const auto run = m_news.run;
    dismiss();
    run();
    return true;
}

void Toast::dismiss()
{
    m_ticks.stop();
    m_news.run = {};
    hide();
    emit gone();
}

void Toast::tick()
{
    if (left() == 0ms)
        dismiss();
    else if (m_news.countdown)
        update();
}

void Toast::enterEvent(QEnterEvent *)
{
    m_spent += std::chrono::milliseconds(m_since.isValid() ? m_since.elapsed() : 0);
    m_since.invalidate(); // it does not go while one reads it
}

void Toast::leaveEvent(QEvent *)
{
    m_since.start();
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Toast::place()
{
    const int shadow = shadowMargin(Elevation::Popup);
    const QFontMetrics metrics(m_look.font(FontUse::Body));
    const int card = m_look.scaled(height38);
    int width = 12 + 16 + 8 + metrics.horizontalAdvance(m_news.text) + 14;
    int buttons = 6;
    if (!m_news.action.isEmpty())
        buttons += m_action->sizeHint().width() + 8;
    if (m_news.countdown)
        buttons += metrics.horizontalAdvance(u"10 s"_s) + 10;
    if (m_close->isVisibleTo(this))
        buttons += 30;
    width = std::min(width + buttons, parentWidget()->width() - 32);
    setGeometry((parentWidget()->width() - width) / 2 - shadow, parentWidget()->height() - above - card - shadow, width + 2 * shadow,
                card + 2 * shadow);
    int right = shadow + width - 6;
    const int middle = shadow + card / 2;
    if (m_close->isVisibleTo(this)) {
        m_close->setGeometry(right - 26, middle - 13, 26, 26);
        right -= 30;
    }
    if (m_news.countdown)
        right -= metrics.horizontalAdvance(u"10 s"_s) + 10;
    const QSize action = m_action->sizeHint();
    m_action->setGeometry(right - action.width(), middle - action.height() / 2, action.width(), action.height());
    setMask(rect().adjusted(shadow - 8, shadow - 8, 8 - shadow, 8 - shadow));
}

void Toast::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int shadow = shadowMargin(Elevation::Popup);
    const QRect card = rect().adjusted(shadow, shadow, -shadow, -shadow);
    drawCard(painter, m_look, card, 8, Elevation::Pill);
    const QString icon = m_news.error ? u"state-failed"_s : m_news.icon.isEmpty() ? u"check"_s : m_news.icon;
    painter.drawPixmap(card.left() + 12, card.center().y() - 7,
                       m_look.pixmap(icon, m_news.error ? Tint::Failed : Tint::Text2, 16, devicePixelRatioF()));
    int right = card.right() - 8;
    if (m_close->isVisible())
        right = std::min(right, m_close->x());
    if (m_action->isVisible())
        right = std::min(right, m_action->x() - 6);
    painter.setFont(m_look.font(FontUse::Body));
    painter.setPen(m_look.color(Tint::Text1));
    const QRect words(card.left() + 36, card.top(), right - card.left() - 36, card.height());
    painter.drawText(words, Qt::AlignVCenter, painter.fontMetrics().elidedText(m_news.text, Qt::ElideMiddle, words.width()));
    if (!m_news.countdown)
        return;
    const auto rest = left();
    painter.setPen(m_look.color(Tint::Text3));
    painter.drawText(QRect(m_action->geometry().right() + 8, card.top(), 60, card.height()), Qt::AlignVCenter,
                     tr("%1 s").arg((rest.count() + 999) / 1000));
    if (!m_look.isReduced() && m_news.life.count() > 0) {
        const qreal part = qreal(rest.count()) / qreal(m_news.life.count());
        painter.fillRect(QRectF(card.left() + 8, card.bottom() - 2, (card.width() - 16) * part, 2), m_look.color(Tint::Accent));
    }
}

} // namespace Drover
