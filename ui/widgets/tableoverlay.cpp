#include "ui/widgets/tableoverlay.h"

#include "ui/widgets/look.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

TableOverlay::TableOverlay(const Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_sentence(new QLabel(this)), m_first(new QPushButton(this)),
      m_second(new QPushButton(this))
{
    setObjectName(u"overlay"_s);
    m_sentence->setObjectName(u"reason"_s);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignHCenter);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_first->setObjectName(u"act"_s);
    m_second->setObjectName(u"copyDetails"_s);
    connect(m_first, &QPushButton::clicked, this, [this] {
        if (m_onFirst)
            m_onFirst();
    });
    connect(m_second, &QPushButton::clicked, this, [this] {
        if (m_onSecond)
            m_onSecond();
    });
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_first->setVisible(m_loading && bool(m_onFirst));
        place();
    });
    connect(&look, &Look::changed, this, &TableOverlay::applyLook);
    applyLook();
    hide();
}

void TableOverlay::applyLook()
{
    QPalette palette;
    palette.setColor(QPalette::WindowText, m_look.color(Tint::Text2));
    m_sentence->setPalette(palette);
    m_sentence->setFont(m_look.font(FontUse::Body));
    place();
    update();
}

void TableOverlay::setButton(QPushButton *button, const QString &text, std::function<void()> act)
{
    button->setText(text);
    button->setVisible(!text.isEmpty());
    (button == m_first ? m_onFirst : m_onSecond) = std::move(act);
}

void TableOverlay::showLoading(const QList<std::pair<int, int>> &columns, std::function<void()> cancel)
{
    m_columns = columns;
    if (!m_loading || isHidden()) {
        setButton(m_first, tr("Cancel"), std::move(cancel));
        setButton(m_second, {}, {});
        m_first->hide();
        m_sentence->hide();
        m_patience.start(1s);
    }
    m_loading = true;
    setVisible(true);
    raise();
    update();
}

void TableOverlay::show(const QString &icon, const QString &sentence)
{
    m_loading = false;
    m_patience.stop();
    m_icon = icon;
    m_sentence->setText(sentence);
    m_sentence->setVisible(true);
    setVisible(true);
    raise();
    place();
    update();
}

void TableOverlay::showReason(const QString &icon, const QString &sentence, const QString &action,
                              std::function<void()> act)
{
    setButton(m_first, action, std::move(act));
    setButton(m_second, {}, {});
    show(icon, sentence);
}

void TableOverlay::showFailure(const QString &sentence, const QString &details, std::function<void()> retry)
{
    setButton(m_first, tr("Retry"), std::move(retry));
    setButton(m_second, tr("Copy details"), [details] { QGuiApplication::clipboard()->setText(details); });
    show(u"state-failed"_s, sentence);
}

void TableOverlay::resizeEvent(QResizeEvent *)
{
    place();
}

void TableOverlay::place()
{
    const int width = std::min(this->width() - m_look.scaled(32), m_look.scaled(440));
    int y = height() / 3;
    if (!m_loading) {
        const int textHeight = m_sentence->heightForWidth(width);
        m_sentence->setGeometry((this->width() - width) / 2, y + m_look.scaled(28), width, textHeight);
        y += m_look.scaled(28) + textHeight + m_look.scaled(12);
    }
    const bool two = !m_second->text().isEmpty();
    const QSize first = m_first->sizeHint();
    const QSize second = two ? m_second->sizeHint() : QSize();
    const int gap = two ? m_look.scaled(8) : 0;
    const int left = (this->width() - first.width() - gap - second.width()) / 2;
    m_first->setGeometry(QRect({left, y}, first));
    m_second->setGeometry(QRect({left + first.width() + gap, y}, second));
}

void TableOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Surface));
    if (!m_loading) {
        const int size = m_look.scaled(20);
        painter.drawPixmap(QPoint((width() - size) / 2, height() / 3),
                           m_look.pixmap(m_icon, Tint::Text3, size, devicePixelRatioF()));
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const int row = m_look.rowHeight();
    const int pad = m_look.scaled(8);
    const int bar = m_look.scaled(8);
    for (int y = 0, n = 0; y < height(); y += row, ++n) {
        if (n % 2 == 1)
            painter.fillRect(0, y, width(), row, m_look.color(Tint::Alt));
        painter.setBrush(m_look.color(Tint::Sunken));
        for (const auto &[left, columnWidth] : std::as_const(m_columns)) {
            const qreal part = 0.4 + 0.3 * ((n * 7919 + left) % 101) / 100.0;
            painter.drawRoundedRect(QRectF(left + pad, y + (row - bar) / 2, (columnWidth - 2 * pad) * part, bar), 3, 3);
        }
    }
}

} // namespace Drover
