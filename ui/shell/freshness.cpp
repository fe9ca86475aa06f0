#include "ui/shell/freshness.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

FreshnessPill::FreshnessPill(const Look &look, QWidget *parent) : QAbstractButton(parent), m_look(look)
{
    setObjectName(u"freshness"_s);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&look, &Look::changed, this, [this] { updateGeometry(); });
    connect(&look, &Look::utcChanged, this, qOverload<>(&QWidget::update));
    setNews({});
}

std::pair<QString, QString> FreshnessPill::wordsOf(const FreshnessNews &news)
{
    const QString age = QLocale().toString(double(news.age.count()) / 1000, 'f', news.age < std::chrono::seconds(10) ? 1 : 0);
    switch (news.freshness) {
    case Freshness::Live: return {tr("Live"), tr("%1 s").arg(age)};
    case Freshness::Lagging: return {tr("Lagging"), tr("%1 s").arg(age)};
    case Freshness::Reconnecting: return {tr("Reconnecting"), tr("try %1").arg(std::max(1, news.tries))};
    case Freshness::Offline: break;
    }
    return {tr("Offline"), news.since.isValid() ? tr("since %1").arg(QLocale().toString(news.since.time(), u"HH:mm"_s)) : QString()};
}

void FreshnessPill::setNews(const FreshnessNews &news)
{
    m_news = news;
    const auto [word, detail] = wordsOf(news);
    setText(word + u' ' + detail);
    setAccessibleName(tr("Connection: %1").arg(text().trimmed()));
    setToolTip(tr("How the connection is; press for more"));
    update();
}

QSize FreshnessPill::sizeHint() const
{
    const QFontMetrics metrics(m_look.font(FontUse::Body));
    FreshnessNews longest;
    longest.freshness = Freshness::Reconnecting;
    longest.tries = 88;
    const auto [word, detail] = wordsOf(longest);
    return {metrics.horizontalAdvance(word + u"  "_s + detail) + 14 + 6 + 16, m_look.scaled(24)};
}

void FreshnessPill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    struct Shape
    {
        QString icon;
        Tint tint;
    };
    const Shape shapes[] = {{u"machine-online"_s, Tint::Online}, {u"clock"_s, Tint::Silent},
                            {u"state-running"_s, Tint::Running}, {u"machine-lost"_s, Tint::Lost}};
    const Shape &shape = shapes[int(m_news.freshness)];
    const bool lost = m_news.freshness == Freshness::Offline;
    painter.setPen(QPen(m_look.color(lost ? Tint::Lost : m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border), 1));
    painter.setBrush(m_look.color(lost ? Tint::ErrSoft : underMouse() ? Tint::Hover : Tint::Surface));
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    if (hasFocus())
        drawFocusRing(painter, m_look, rect(), pill.height() / 2);
    const auto [word, detail] = wordsOf(m_news);
    painter.setFont(m_look.font(FontUse::Body));
    const QFontMetrics metrics = painter.fontMetrics();
    const int wordWidth = metrics.horizontalAdvance(word);
    const int gap = metrics.horizontalAdvance(u' ') + 2;
    const int total = 14 + 6 + wordWidth + (detail.isEmpty() ? 0 : gap + metrics.horizontalAdvance(detail));
    int x = std::max(7, (width() - total) / 2);
    painter.drawPixmap(x, (height() - 14) / 2, m_look.pixmap(shape.icon, shape.tint, 14, devicePixelRatioF()));
    x += 20;
    painter.setPen(m_look.color(Tint::Text1));
    painter.drawText(QRect(x, 0, wordWidth + 2, height()), Qt::AlignVCenter, word);
    x += wordWidth + gap;
    painter.setPen(m_look.color(lost ? Tint::Text2 : Tint::Text3));
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, detail);
}

} // namespace Drover
