#pragma once

#include "backend/base/linelevel.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtGui/QColor>

#include <vector>

namespace Drover {

class Theme;

/// How a stretch of a line asks to be drawn, by its ANSI sequences.
struct LogStyle
{
    static constexpr int none = -1;
    static constexpr int trueColor = 1 << 24; ///< with it the low 24 bits are RGB, else 0 to 255

    int foreground = none;
    int background = none;
    bool bold = false;
    bool underline = false;
    bool italic = false;
    bool faint = false;
    bool inverse = false;

    friend bool operator==(const LogStyle &, const LogStyle &) = default;
};

struct LogSpan
{
    qsizetype from = 0; ///< character
    LogStyle style; ///< up to the next span
};

/// A row's bytes as characters in a grid: escape sequences taken out, tabs filled, control characters
/// made visible, wide characters two columns wide. A carriage return inside a line begins it anew, as
/// a terminal shows a progress bar. A value.
class LogLine
{
public:
    LogLine() = default;
    explicit LogLine(QByteArrayView bytes);

    const QString &text() const { return m_text; }
    const std::vector<LogSpan> &spans() const { return m_spans; }
    const LevelWord &level() const { return m_level; }
    /// The first character that is drawn: a level word that begins the line has a column of its own.
    qsizetype begin() const { return m_begin; }

    qsizetype size() const { return m_size; } ///< bytes it was made of
    qsizetype columns() const { return columnOf(m_text.size()); } ///< from begin() on
    /// Of a character, from begin() on.
    qsizetype columnOf(qsizetype character) const;
    qsizetype characterAt(qsizetype column) const;
    /// Of a character; of the size: behind the last.
    qsizetype byteOf(qsizetype character) const;
    qsizetype characterOf(qsizetype byte) const; ///< the first that begins there or later

private:
    void append(char32_t character, qsizetype byte);

    QString m_text;
    std::vector<LogSpan> m_spans;
    LevelWord m_level;
    qsizetype m_begin = 0;
    std::vector<quint32> m_bytes; // of each character, and one more; empty: the same
    std::vector<quint32> m_columns; // likewise
    qsizetype m_size = 0; // bytes
};

/// The colour of a style's number (0 to 255, or true colour) on that theme's surface: the first
/// sixteen as the theme has them, others moved until they have a contrast of 4.5.
QColor ansiColor(const Theme &theme, int number);

} // namespace Drover
