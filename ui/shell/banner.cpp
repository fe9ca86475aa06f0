#include "ui/shell/banner.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

BannerArea::BannerArea(const Look &look, QWidget *parent) : QWidget(parent), m_look(look)
{
    setObjectName(u"banners"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    QWidget::hide();
}

QStringList BannerArea::ids() const
{
    QStringList ids;
    for (const Banner &banner : m_banners)
        ids.append(banner.id);
    return ids;
}

void BannerArea::show(const Banner &banner)
{
    for (Banner &known : m_banners) {
        if (known.id != banner.id)
            continue;
        if (known.text == banner.text && known.detail == banner.detail && known.severity == banner.severity)
            return;
    }
    m_banners.removeIf([&](const Banner &known) { return known.id == banner.id; });
    const auto at = std::find_if(m_banners.cbegin(), m_banners.cend(),
                                 [&](const Banner &known) { return known.severity < banner.severity; });
    m_banners.insert(at - m_banners.cbegin(), banner);
    build();
}

void BannerArea::dismiss(const QString &id)
{
    if (m_banners.removeIf([&](const Banner &known) { return known.id == id; }))
        build();
}

void BannerArea::build()
{
    // What was pressed may be in one of these: they go in a later turn.
    for (BannerStrip *strip : findChildren<BannerStrip *>()) {
        strip->hide();
        layout()->removeWidget(strip);
        strip->deleteLater();
    }
    m_open = m_open && m_banners.size() > 1;
    const qsizetype shown = m_open ? m_banners.size() : std::min<qsizetype>(1, m_banners.size());
    for (qsizetype i = 0; i < shown; ++i) {
        auto *strip = new BannerStrip(m_look, m_banners.at(i), this);
        layout()->addWidget(strip);
        if (i == 0 && m_banners.size() > 1) {
            auto *more = new QPushButton(m_open ? tr("Fewer") : u'+' + QString::number(m_banners.size() - 1));
            more->setObjectName(u"moreBanners"_s);
            more->setAccessibleName(tr("%n more", nullptr, int(m_banners.size() - 1)));
            connect(more, &QPushButton::clicked, this, [this] {
                m_open = !m_open;
                build();
            });
            strip->buttons()->addWidget(more);
        }
        if (m_banners.at(i).closable) {
            auto *close = new QToolButton;
            close->setIcon(m_look.icon(u"close"_s));
            close->setAccessibleName(tr("Close"));
            connect(close, &QToolButton::clicked, this, [this, id = m_banners.at(i).id] { dismiss(id); });
            strip->buttons()->addWidget(close);
        }
        strip->show();
    }
    setVisible(shown > 0);
}

BannerStrip::BannerStrip(const Look &look, const Banner &banner, QWidget *parent)
    : QWidget(parent), m_look(look), m_banner(banner), m_buttons(new QHBoxLayout(this))
{
    setObjectName(u"banner."_s + banner.id);
    setAccessibleName(banner.text + u' ' + banner.detail);
    setToolTip(banner.detail.isEmpty() ? banner.text : banner.text + u'\n' + banner.detail);
    setFixedHeight(look.scaled(34));
    m_buttons->setContentsMargins(0, 0, 10, 0);
    m_buttons->setSpacing(8);
    m_buttons->addStretch(1);
    for (const auto &[text, run] : banner.actions) {
        auto *button = new QPushButton(text);
        button->setObjectName(u"bannerAction"_s);
        connect(button, &QPushButton::clicked, this, run);
        m_buttons->addWidget(button);
    }
}

void BannerStrip::paintEvent(QPaintEvent *)
{
    struct Face
    {
        Tint soft, strong;
        QString icon;
    };
    const Face faces[] = {{Tint::InfoSoft, Tint::Running, u"bell"_s}, {Tint::WarnSoft, Tint::Silent, u"clock"_s},
                          {Tint::ErrSoft, Tint::Lost, u"machine-lost"_s}};
    const Face &face = faces[int(m_banner.severity)];
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(face.soft));
    const bool rtl = isRightToLeft();
    painter.fillRect(QRect(rtl ? width() - 3 : 0, 0, 3, height()), m_look.color(face.strong));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_look.color(Tint::Border));
    painter.drawPixmap(12, (height() - 16) / 2, m_look.pixmap(face.icon, face.strong, 16, devicePixelRatioF()));
    int right = width();
    for (const QWidget *button : findChildren<QWidget *>(Qt::FindDirectChildrenOnly))
        right = std::min(right, button->x());
    int x = 38;
    painter.setFont(m_look.font(FontUse::BodyMedium));
    painter.setPen(m_look.color(Tint::Text1));
    const QString text = painter.fontMetrics().elidedText(m_banner.text, Qt::ElideRight, std::max(0, right - x - 12));
    painter.drawText(QRect(x, 0, right - x, height()), Qt::AlignVCenter, text);
    x += painter.fontMetrics().horizontalAdvance(text) + 8;
    painter.setFont(m_look.font(FontUse::Body));
    painter.setPen(m_look.color(Tint::Text2));
    if (right - x > 60)
        painter.drawText(QRect(x, 0, right - x - 12, height()), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_banner.detail, Qt::ElideRight, right - x - 12));
}

} // namespace Drover
