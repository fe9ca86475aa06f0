#pragma once

#include <QtGui/QColor>
#include <QtGui/QPalette>

#include <array>

namespace Drover {

/// What a colour is for; look.md, Colours. In the order of `tintNames`.
enum class Tint {
    Window, Surface, Alt, Raised, Sunken, Border, BorderStrong,
    Text1, Text2, Text3, Accent, AccentText, AccentSoft,
    Selection, SelectionInactive, Hover, Focus,
    Waiting, Queued, Assigned, Preparing, Running, Paused, Collecting, Stopping,
    Succeeded, Failed, Cancelled, Held,
    Online, Silent, Lost, Offline, Draining, Deploying,
    OkSoft, WarnSoft, ErrSoft, InfoSoft,
    DiffAdd, DiffAddWord, DiffAddText, DiffDel, DiffDelWord, DiffDelText,
    DiffChg, DiffChgWord, DiffChgText,
    LogTrace, LogDebug, LogInfo, LogWarn, LogError, LogFatal,
};
constexpr int tintCount = int(Tint::LogFatal) + 1;

enum class ThemeKind { Light, Dark, HighContrast };

/// The colours of one theme, as resources/tokens.json has them. A value: any thread.
class Theme
{
public:
    static constexpr int seriesCount = 6;

    static Theme of(ThemeKind kind);

    ThemeKind kind() const { return m_kind; }
    QColor color(Tint tint) const { return m_colors[size_t(tint)]; }
    QColor series(int n) const { return m_series[size_t(n) % seriesCount]; }
    QColor ansi(int n) const { return m_ansi[size_t(n) & 15]; } ///< 0 to 15

    /// As look.md maps the tokens to Qt's roles.
    QPalette palette() const;

private:
    ThemeKind m_kind = ThemeKind::Light;
    std::array<QColor, size_t(tintCount)> m_colors;
    std::array<QColor, seriesCount> m_series;
    std::array<QColor, 16> m_ansi;
};

} // namespace Drover
