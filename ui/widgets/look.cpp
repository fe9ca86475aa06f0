#include "ui/widgets/look.h"

#include "ui/widgets/systemtheme.h"
#include "ui/widgets/themeiconengine.h"

#include <QtCore/QFile>
#include <QtGui/QFontDatabase>
#include <QtGui/QPainter>
#include <QtSvg/QSvgRenderer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QToolTip>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qreal designedSize = 9.75; // points, at which the design's pixels are meant

QStringList firstThere(const QStringList &families, QFontDatabase::SystemFont otherwise)
{
    QStringList found;
    for (const QString &family : families) {
        if (QFontDatabase::hasFamily(family))
            found.append(family);
    }
    found.append(QFontDatabase::systemFont(otherwise).family());
    return found;
}

QString fileOf(const QString &icon)
{
    return u":/icons/"_s + icon + u".svg"_s;
}

ThemeKind kindOf(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::Light: return ThemeKind::Light;
    case ThemeChoice::Dark: return ThemeKind::Dark;
    case ThemeChoice::HighContrast: return ThemeKind::HighContrast;
    case ThemeChoice::System: break;
    }
    return systemPrefersDark() ? ThemeKind::Dark : ThemeKind::Light;
}

} // namespace

Look::Look(QObject *parent) : QObject(parent)
{
    apply();
}

QFont Look::font(FontUse use) const
{
    static const QStringList words = firstThere({u"Inter"_s, u"Noto Sans"_s}, QFontDatabase::GeneralFont);
    static const QStringList mono = firstThere({u"JetBrains Mono"_s, u"Noto Sans Mono"_s}, QFontDatabase::FixedFont);
    QFont font;
    font.setFamilies(use == FontUse::Mono ? mono : words);
    qreal size = m_baseSize;
    QFont::Weight weight = QFont::Normal;
    switch (use) {
    case FontUse::Body: break;
    case FontUse::BodyStrong: weight = QFont::DemiBold; break;
    case FontUse::BodyMedium: weight = QFont::Medium; break;
    case FontUse::Caption: size -= 1.25; weight = QFont::Medium; break;
    case FontUse::CaptionStrong: size -= 1.25; weight = QFont::DemiBold; break;
    case FontUse::Mono: size -= 0.75; font.setStyleHint(QFont::Monospace); break;
    case FontUse::Details: size += 1.5; weight = QFont::DemiBold; break;
    case FontUse::Title: size += 3; weight = QFont::DemiBold; break;
    case FontUse::Tile: size += 8.25; weight = QFont::DemiBold; break;
    }
    font.setPointSizeF(size);
    font.setWeight(weight);
    return font;
}

QIcon Look::icon(const QString &name, Tint tint) const
{
    return QFile::exists(fileOf(name)) ? QIcon(new ThemeIconEngine(*this, name, tint)) : QIcon();
}

QByteArray Look::svg(const QString &name) const
{
    QByteArray &bytes = m_svgs[name];
    if (bytes.isEmpty()) {
        QFile file(fileOf(name));
        if (file.open(QIODevice::ReadOnly))
            bytes = file.readAll().replace("currentColor", "#000000");
    }
    return bytes;
}

QPixmap Look::pixmap(const QString &name, Tint tint, int size, qreal ratio) const
{
    const QColor paint = color(tint);
    const QString key = u"%1/%2/%3/%4"_s.arg(name, paint.name()).arg(size).arg(ratio);
    const auto found = m_pixmaps.constFind(key);
    if (found != m_pixmaps.cend())
        return *found;
    const int pixels = std::max(1, int(std::lround(size * ratio)));
    QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QSvgRenderer renderer(svg(name));
    if (renderer.isValid()) {
        QPainter painter(&image);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(image.rect(), paint);
    }
    QPixmap pixmap = QPixmap::fromImage(image);
    pixmap.setDevicePixelRatio(ratio);
    m_pixmaps.insert(key, pixmap);
    return pixmap;
}

int Look::scaled(int pixels) const
{
    return int(std::lround(pixels * m_baseSize / designedSize));
}

int Look::rowHeight() const
{
    return scaled(m_density == Density::Compact ? 24 : 28);
}

int Look::railRowHeight() const
{
    return scaled(m_density == Density::Compact ? 28 : 32);
}

int Look::logLineHeight() const
{
    return scaled(m_density == Density::Compact ? 18 : 22);
}

void Look::setThemeChoice(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Look::setDensity(Density density)
{
    if (m_density == density)
        return;
    m_density = density;
    emit changed();
}

void Look::setBaseSize(qreal points)
{
    m_baseSize = std::clamp(points, 8.5, 14.0);
    apply();
}

void Look::setReduced(bool reduced)
{
    if (m_reduced == reduced)
        return;
    m_reduced = reduced;
    emit changed();
}

void Look::setUtc(bool utc)
{
    if (m_utc == utc)
        return;
    m_utc = utc;
    emit utcChanged();
}

void Look::apply()
{
    m_theme = Theme::of(kindOf(m_choice));
    m_pixmaps.clear();
    QApplication::setPalette(m_theme.palette());
    QApplication::setFont(font(FontUse::Body));
    QToolTip::setPalette(m_theme.palette());
    QToolTip::setFont(font(FontUse::Body));
    emit changed();
}

} // namespace Drover
