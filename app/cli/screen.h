#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>

#include <functional>

namespace Drover {

/// What a text is, so that one table says how that looks.
enum class Tone { Plain, Good, Bad, Warning, Active, Quiet, Strong };

/// How a screen behaves; found out once, in main, and set by tests.
struct ScreenSettings
{
    bool isTerminal = false; ///< standard output is one
    bool isErrorTerminal = false;
    bool canAsk = false; ///< a person can be asked: in, out and error are terminals
    bool hasInput = false; ///< something is piped in
    int width = 0; ///< columns; 0: no limit
    bool color = false;
};

/// Where a command's words go: results to `out`, everything about them (progress, notes, errors,
/// questions) to `error`, so that a pipe carries results alone.
class Screen
{
public:
    using Write = std::function<void(const QByteArray &)>;

    Screen(ScreenSettings settings, Write out, Write error);

    const ScreenSettings &settings() const { return m_settings; }
    void setColor(bool color) { m_settings.color = color; }

    void out(const QString &text); ///< as it is
    void line(const QString &text); ///< with a line feed
    void bytes(const QByteArray &bytes) { m_out(bytes); } ///< output of tasks
    void errorBytes(const QByteArray &bytes) { m_error(bytes); }
    void note(const QString &text); ///< a line about it
    void error(const Error &error); ///< every problem on a line of its own

    /// A line that the next one of these takes the place of; nothing where nobody watches.
    void progress(const QString &text);
    void endProgress();

    QString toned(const QString &text, Tone tone) const;

private:
    ScreenSettings m_settings;
    Write m_out;
    Write m_error;
    bool m_isInProgress = false;
};

/// Without what a terminal would carry out: names and last lines come from strangers.
QString harmless(const QString &text);

/// Columns it takes on a terminal.
int columnsOf(QStringView text);

/// Cut to so many columns, with … at the end where something is missing.
QString fitted(const QString &text, int columns);

} // namespace Drover
