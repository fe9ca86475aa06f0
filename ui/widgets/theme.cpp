#include "ui/widgets/theme.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// As in tokens.json, in the order of Tint.
constexpr std::array<QLatin1StringView, size_t(tintCount)> tintNames {
    "window"_L1, "surface"_L1, "alt"_L1, "raised"_L1, "sunken"_L1, "border"_L1, "borderStrong"_L1,
    "text1"_L1, "text2"_L1, "text3"_L1, "accent"_L1, "accentText"_L1, "accentSoft"_L1,
    "selection"_L1, "selectionInactive"_L1, "hover"_L1, "focus"_L1,
    "waiting"_L1, "queued"_L1, "assigned"_L1, "preparing"_L1, "running"_L1, "paused"_L1,
    "collecting"_L1, "stopping"_L1, "succeeded"_L1, "failed"_L1, "cancelled"_L1, "held"_L1,
    "online"_L1, "silent"_L1, "lost"_L1, "offline"_L1, "draining"_L1, "deploying"_L1,
    "okSoft"_L1, "warnSoft"_L1, "errSoft"_L1, "infoSoft"_L1,
    "diffAdd"_L1, "diffAddWord"_L1, "diffAddText"_L1, "diffDel"_L1, "diffDelWord"_L1,
    "diffDelText"_L1, "diffChg"_L1, "diffChgWord"_L1, "diffChgText"_L1,
    "logTrace"_L1, "logDebug"_L1, "logInfo"_L1, "logWarn"_L1, "logError"_L1, "logFatal"_L1,
};

QJsonObject tokens(ThemeKind kind)
{
    QFile file(u":/tokens.json"_s);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    const QJsonObject all = opened ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    const auto name = kind == ThemeKind::Light ? "light"_L1
                      : kind == ThemeKind::Dark ? "dark"_L1
                                                : "hc"_L1;
    return all.value(name).toObject();
}

} // namespace

Theme Theme::of(ThemeKind kind)
{
    Theme theme;
    theme.m_kind = kind;
    const QJsonObject values = tokens(kind);
    for (size_t i = 0; i < tintNames.size(); ++i)
        theme.m_colors[i] = QColor(values.value(tintNames[i]).toString());
    const QJsonArray series = values.value("series"_L1).toArray();
    for (qsizetype i = 0; i < series.size() && i < seriesCount; ++i)
        theme.m_series[size_t(i)] = QColor(series.at(i).toString());
    const QJsonArray ansi = values.value("ansi"_L1).toArray();
    for (qsizetype i = 0; i < ansi.size() && i < 16; ++i)
        theme.m_ansi[size_t(i)] = QColor(ansi.at(i).toString());
    return theme;
}

QPalette Theme::palette() const
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Tint tint) {
        palette.setColor(role, color(tint));
    };
    set(QPalette::Window, Tint::Window);
    set(QPalette::WindowText, Tint::Text1);
    set(QPalette::Base, Tint::Surface);
    set(QPalette::AlternateBase, Tint::Alt);
    set(QPalette::Text, Tint::Text1);
    set(QPalette::Button, Tint::Raised);
    set(QPalette::ButtonText, Tint::Text1);
    set(QPalette::ToolTipBase, Tint::Raised);
    set(QPalette::ToolTipText, Tint::Text1);
    set(QPalette::PlaceholderText, Tint::Text3);
    set(QPalette::BrightText, Tint::AccentText);
    set(QPalette::Link, Tint::Accent);
    set(QPalette::LinkVisited, Tint::Accent);
    set(QPalette::Highlight, Tint::Selection);
    set(QPalette::HighlightedText, Tint::Text1);
    set(QPalette::Light, Tint::Raised);
    set(QPalette::Midlight, Tint::Sunken);
    set(QPalette::Mid, Tint::Border);
    set(QPalette::Dark, Tint::BorderStrong);
    set(QPalette::Shadow, Tint::BorderStrong);
    palette.setColor(QPalette::Inactive, QPalette::Highlight, color(Tint::SelectionInactive));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::HighlightedText, QPalette::ToolTipText})
        palette.setColor(QPalette::Disabled, role, color(Tint::Text3));
    return palette;
}

} // namespace Drover
