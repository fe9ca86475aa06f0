#include "ui/widgets/chip.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/digits.h"
#include "ui/widgets/look.h"
#include "ui/widgets/words.h"

#include <QtGui/QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int shapeSize = 14;
constexpr int gap = 5;
constexpr int leftPad = 7;
constexpr int rightPad = 9;

QFont countFont(const Look &look)
{
    QFont font = look.font(FontUse::BodyStrong);
    font.setPointSizeF(font.pointSizeF() - 0.75);
    return font;
}

QFont wordFont(const Look &look)
{
    QFont font = look.font(FontUse::Body);
    font.setPointSizeF(font.pointSizeF() - 0.75);
    return font;
}

} // namespace

Chip::Chip(const Look &look, const QString &icon, Tint tint, const QString &word, QWidget *parent)
    : QAbstractButton(parent), m_look(look), m_icon(icon), m_tint(tint), m_word(word)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    connect(&look, &Look::changed, this, [this] {
        updateGeometry();
        update();
    });
    describe();
}

void Chip::setCount(qint64 count)
{
    if (count == m_count)
        return;
    m_count = count;
    describe();
    updateGeometry();
    update();
}

void Chip::setWordShown(bool shown)
{
    if (m_wordShown == shown)
        return;
    m_wordShown = shown;
    describe();
    update();
}

void Chip::nextCheckState()
{
    QAbstractButton::nextCheckState();
    update();
}

void Chip::describe()
{
    const QString words = m_count < 0 ? m_word : u"%1 %2"_s.arg(wordsOfCount(m_count), m_word);
    setAccessibleName(words);
    setToolTip(words);
}

QString Chip::countText() const
{
    return m_count < 0 ? QString() : shortCount(m_count);
}

int Chip::widthWith(bool word) const
{
    qreal width = m_look.scaled(leftPad + rightPad);
    if (!m_icon.isEmpty())
        width += m_look.scaled(shapeSize + gap);
    const QString count = countText();
    if (!count.isEmpty())
        width += digitsWidth(countFont(m_look), count);
    if (word || (count.isEmpty() && m_icon.isEmpty()))
        width += (count.isEmpty() ? 0 : m_look.scaled(4)) + QFontMetricsF(wordFont(m_look)).horizontalAdvance(m_word);
    return int(std::ceil(width));
}

QSize Chip::sizeHint() const
{
    return {widthWith(m_wordShown), m_look.scaled(24)};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int high = m_look.scaled(24);
    const QRectF pill(0, (height() - high) / 2.0, width(), high);
    if (isChecked()) {
        painter.setPen(QPen(m_look.color(Tint::Accent), 1));
        painter.setBrush(m_look.color(Tint::Selection));
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), high / 2.0, high / 2.0);
    } else if (underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::Hover));
        painter.drawRoundedRect(pill, high / 2.0, high / 2.0);
    }
    if (hasFocus())
        drawFocusRing(painter, m_look, pill, high / 2.0);
    qreal x = m_look.scaled(leftPad);
    if (!m_icon.isEmpty()) {
        const int size = m_look.scaled(shapeSize);
        painter.drawPixmap(QPointF(x, std::round(pill.center().y() - size / 2.0)),
                           m_look.pixmap(m_icon, isEnabled() ? m_tint : Tint::Text3, size, devicePixelRatioF()));
        x += m_look.scaled(shapeSize + gap);
    }
    const QString count = countText();
    if (!count.isEmpty()) {
        painter.setPen(m_look.color(m_count == 0 ? Tint::Text3 : Tint::Text1));
        drawDigits(painter, countFont(m_look), QRectF(x, pill.top(), pill.width(), pill.height()),
                   Qt::AlignLeft | Qt::AlignVCenter, count);
        x += digitsWidth(countFont(m_look), count) + m_look.scaled(4);
    }
    if (m_wordShown || (count.isEmpty() && m_icon.isEmpty())) {
        const bool alone = count.isEmpty();
        painter.setFont(alone && m_icon.isEmpty() ? countFont(m_look) : wordFont(m_look));
        painter.setPen(m_look.color(alone ? Tint::Text1 : Tint::Text2));
        painter.drawText(QRectF(x, pill.top(), pill.right() - x, pill.height()), int(Qt::AlignLeft | Qt::AlignVCenter), m_word);
    }
}

} // namespace Drover
