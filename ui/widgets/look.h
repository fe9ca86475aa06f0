#pragma once

#include "ui/widgets/theme.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtGui/QFont>
#include <QtGui/QIcon>

namespace Drover {

/// What type is for; look.md, Type.
enum class FontUse { Body, BodyStrong, BodyMedium, Caption, CaptionStrong, Mono, Details, Title, Tile };

enum class ThemeChoice { System, Light, Dark, HighContrast };
enum class Density { Compact, Cosy };

/// How everything is drawn: colours, type, icons, measures, and what a person chose of them. Every
/// painted widget is given it, and paints anew at `changed`. Lives in the GUI thread.
class Look : public QObject
{
    Q_OBJECT

public:
    explicit Look(QObject *parent = nullptr);

    const Theme &theme() const { return m_theme; }
    QColor color(Tint tint) const { return m_theme.color(tint); }
    bool isDark() const { return m_theme.kind() != ThemeKind::Light; }
    bool isHighContrast() const { return m_theme.kind() == ThemeKind::HighContrast; }

    QFont font(FontUse use) const;
    /// `name` as in resources/icons, without suffix; drawn in the tint's colour, in text3 where
    /// it is disabled. A name that is not there gives an empty icon.
    QIcon icon(const QString &name, Tint tint = Tint::Text2) const;
    /// The same for painting: `size` is logical pixels, `ratio` the device's.
    QPixmap pixmap(const QString &name, Tint tint, int size, qreal ratio) const;

    int scaled(int pixels) const; ///< of a design at 9.75 pt, at the chosen size of type
    int rowHeight() const; ///< of tables: 24 compact, 28 cosy
    int railRowHeight() const;
    int logLineHeight() const;

    ThemeChoice themeChoice() const { return m_choice; }
    void setThemeChoice(ThemeChoice choice);
    Density density() const { return m_density; }
    void setDensity(Density density);
    qreal baseSize() const { return m_baseSize; } ///< points, 8.5 to 14
    void setBaseSize(qreal points);
    bool isReduced() const { return m_reduced; } ///< no motion
    void setReduced(bool reduced);
    bool isUtc() const { return m_utc; } ///< instants are shown in UTC, else in local time
    void setUtc(bool utc);

    /// A duration of motion, 0 where it is reduced.
    int motion(int ms) const { return m_reduced ? 0 : ms; }

signals:
    void changed();
    void utcChanged();

private:
    void apply();
    QByteArray svg(const QString &name) const;

    ThemeChoice m_choice = ThemeChoice::System;
    Density m_density = Density::Compact;
    qreal m_baseSize = 9.75;
    bool m_reduced = false;
    bool m_utc = true;
    Theme m_theme;
    mutable QHash<QString, QByteArray> m_svgs;
    mutable QHash<QString, QPixmap> m_pixmaps; // by name, colour, size and ratio
};

} // namespace Drover
