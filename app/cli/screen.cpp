#include "app/cli/screen.h"

#include "app/cli/clitext.h"

#include <QtCore/QStringList>

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::array codes{""_L1,   "32"_L1, "31"_L1, "33"_L1,
                           "36"_L1, "2"_L1,  "1"_L1}; // in the order of Tone
static_assert(codes.size() == size_t(Tone::Strong) + 1);

// East Asian wide and the pictures: two columns. Near enough for names of tasks.
bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf)
        || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff)
        || (c >= 0x20000 && c <= 0x3fffd);
}

int columnsOfOne(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Mark_NonSpacing:
    case QChar::Mark_Enclosing:
    case QChar::Other_Format:
    case QChar::Other_Control:
        return 0;
    default:
        return isWide(c) ? 2 : 1;
    }
}

} // namespace

Screen::Screen(ScreenSettings settings, Write out, Write error)
    : m_settings(settings)
    , m_out(std::move(out))
    , m_error(std::move(error))
{
}

void Screen::out(const QString &text)
{
    m_out(text.toUtf8());
}

void Screen::line(const QString &text)
{
    m_out(text.toUtf8() + '\n');
}

void Screen::note(const QString &text)
{
    endProgress();
    m_error(text.toUtf8() + '\n');
}

void Screen::error(const Error &error)
{
    endProgress();
    QString first = error.message;
    if (error.problems.size() == 1 && first.contains(error.problems.first().reason))
        first = printed(error.problems.first()); // the daemon says it in the message, too
    const bool said = first != error.message;
    m_error((toned(u"drover: "_s, Tone::Bad) + harmless(first) + u'\n').toUtf8());
    if (said)
        return;
    for (const Problem &problem : error.problems)
        m_error((u"  "_s + harmless(printed(problem)) + u'\n').toUtf8());
}

void Screen::progress(const QString &text)
{
    if (!m_settings.isErrorTerminal)
        return;
    const int width = m_settings.width > 0 ? m_settings.width - 1 : 79;
    m_error("\r\x1b[2K" + fitted(text, width).toUtf8());
    m_isInProgress = true;
}

void Screen::endProgress()
{
    if (std::exchange(m_isInProgress, false))
        m_error("\r\x1b[2K");
}

QString Screen::toned(const QString &text, Tone tone) const
{
    if (!m_settings.color || tone == Tone::Plain || text.isEmpty())
        return text;
    return u"\x1b["_s + codes.at(size_t(tone)) + u'm' + text + u"\x1b[0m"_s;
}

QString harmless(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    for (const QChar c : text) {
        const bool control = c.category() == QChar::Other_Control && c != u'\n';
        // Characters that turn the direction of writing make one name look like another.
        const bool turns = (c >= QChar(0x202a) && c <= QChar(0x202e))
            || (c >= QChar(0x2066) && c <= QChar(0x2069));
        clean += control ? (c == u'\t' ? QChar(u' ') : QChar(0xfffd)) : turns ? QChar(0xfffd) : c;
    }
    return clean;
}

int columnsOf(QStringView text)
{
    int columns = 0;
    for (const char32_t c : text.toUcs4())
        columns += columnsOfOne(c);
    return columns;
}

QString fitted(const QString &text, int columns)
{
    if (columnsOf(text) <= columns)
        return text;
    QString cut;
    int used = 1; // the …
    for (const char32_t c : text.toUcs4()) {
        used += columnsOfOne(c);
        if (used > columns)
            break;
        cut += QChar::fromUcs4(c);
    }
    return cut + u'…';
}

} // namespace Drover
