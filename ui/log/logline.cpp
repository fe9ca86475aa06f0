#include "ui/log/logline.h"

#include "ui/widgets/theme.h"

#include <algorithm>
#include <cmath>

namespace Drover {

namespace {

constexpr int tabWidth = 8;

bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

int widthOf(char32_t c)
{
    if (c < 0x300)
        return 1;
    const QChar::Category category = QChar::category(c);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing || c == 0x200d)
        return 0;
    return isWide(c) ? 2 : 1;
}

struct Decoded
{
    char32_t character = QChar::ReplacementCharacter;
    int size = 1;
};

// One character of UTF-8; what is none counts as one byte.
Decoded decode(QByteArrayView bytes, qsizetype at)
{
    const auto byte = [&](qsizetype i) { return i < bytes.size() ? quint8(bytes[i]) : quint8(0); };
    const quint8 first = byte(at);
    if (first < 0x80)
        return {first, 1};
    const int more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
    if (more == 0 || first >= 0xf5)
        return {};
    char32_t character = first & (0x3f >> more);
    for (int i = 1; i <= more; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return {};
        character = (character << 6) | (byte(at + i) & 0x3f);
    }
    const bool isGood = character >= (more == 1 ? 0x80u : more == 2 ? 0x800u : 0x10000u) && character <= 0x10ffff
        && !(character >= 0xd800 && character <= 0xdfff);
    return isGood ? Decoded{character, more + 1} : Decoded{};
}

// Applies the numbers of one "ESC [ … m".
void applySgr(QByteArrayView numbers, LogStyle &style)
{
    QList<int> codes;
    int code = 0;
    for (const char c : numbers) {
        if (c >= '0' && c <= '9')
            code = std::min(code * 10 + (c - '0'), 9999);
        else
            codes.append(std::exchange(code, 0));
    }
    codes.append(code);
    for (qsizetype i = 0; i < codes.size(); ++i) {
        const int n = codes[i];
        const auto extended = [&](int &color) {
            if (i + 2 < codes.size() && codes[i + 1] == 5) {
                color = codes[i + 2] & 255;
                i += 2;
            } else if (i + 4 < codes.size() && codes[i + 1] == 2) {
                color = LogStyle::trueColor | ((codes[i + 2] & 255) << 16) | ((codes[i + 3] & 255) << 8) | (codes[i + 4] & 255);
                i += 4;
            }
        };
        switch (n) {
        case 0: style = {}; break;
        case 1: style.bold = true; break;
        case 2: style.faint = true; break;
        case 3: style.italic = true; break;
        case 4: style.underline = true; break;
        case 7: style.inverse = true; break;
        case 22: style.bold = style.faint = false; break;
        case 23: style.italic = false; break;
        case 24: style.underline = false; break;
        case 27: style.inverse = false; break;
        case 38: extended(style.foreground); break;
        case 39: style.foreground = LogStyle::none; break;
        case 48: extended(style.background); break;
        case 49: style.background = LogStyle::none; break;
        default:
            if (n >= 30 && n <= 37)
                style.foreground = n - 30;
            else if (n >= 90 && n <= 97)
                style.foreground = n - 90 + 8;
            else if (n >= 40 && n <= 47)
                style.background = n - 40;
            else if (n >= 100 && n <= 107)
                style.background = n - 100 + 8;
        }
    }
}

// Behind the escape sequence at `at`; colours are applied.
qsizetype pastEscape(QByteArrayView bytes, qsizetype at, LogStyle &style)
{
    if (at + 1 >= bytes.size())
        return at + 1;
    const char kind = bytes[at + 1];
    if (kind == ']') { // a title or a link: up to BEL or ESC backslash
        qsizetype end = at + 2;
        while (end < bytes.size() && bytes[end] != '\a' && bytes[end] != '\x1b')
            ++end;
        return std::min(end + (end < bytes.size() && bytes[end] == '\x1b' ? 2 : 1), bytes.size());
    }
    if (kind != '[')
        return at + 2;
    qsizetype end = at + 2;
    while (end < bytes.size() && (bytes[end] < '@' || bytes[end] > '~'))
        ++end;
    if (end < bytes.size() && bytes[end] == 'm')
        applySgr(bytes.sliced(at + 2, end - at - 2), style);
    return std::min(end + 1, bytes.size());
}

bool isPlain(QByteArrayView bytes)
{
    return std::ranges::all_of(bytes, [](char c) { return c >= ' ' && c < 0x7f; });
}

double luminance(const QColor &color)
{
    const auto part = [](double value) { return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

} // namespace

LogLine::LogLine(QByteArrayView bytes) : m_size(bytes.size())
{
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    m_level = levelWordOf(bytes);
    if (isPlain(bytes)) {
        m_text = QString::fromLatin1(bytes.data(), bytes.size());
    } else {
        LogStyle style;
        m_columns.reserve(size_t(bytes.size()) + 1);
        m_bytes.reserve(size_t(bytes.size()) + 1);
        m_columns.push_back(0);
        for (qsizetype at = 0; at < bytes.size();) {
            if (bytes[at] == '\x1b') {
                at = pastEscape(bytes, at, style);
                if (m_spans.empty() || m_spans.back().style != style)
                    m_spans.push_back({m_text.size(), style});
                continue;
            }
            if (bytes[at] == '\r') {
                m_text.clear();
                m_spans.clear();
                m_spans.push_back({0, style});
                m_bytes.clear();
                m_columns.assign(1, 0);
                ++at;
                continue;
            }
            const Decoded next = decode(bytes, at);
            append(next.character, at);
            at += next.size;
        }
        m_bytes.push_back(quint32(m_size));
    }
    // A word that begins the line has its column; in brackets, or with a colon, too.
    const qsizetype word = characterOf(m_level.offset);
    if (m_level.size > 0 && word <= 1 && byteOf(word) == m_level.offset) {
        qsizetype end = characterOf(m_level.offset + m_level.size);
        while (end < m_text.size() && (m_text[end] == u']' || m_text[end] == u'>' || m_text[end] == u':'))
            ++end;
        while (end < m_text.size() && m_text[end] == u' ')
            ++end;
        m_begin = end;
    }
}

void LogLine::append(char32_t character, qsizetype byte)
{
    const auto add = [&](QChar c, int width) {
        m_text.append(c);
        m_bytes.push_back(quint32(byte));
        m_columns.push_back(m_columns.back() + quint32(width));
    };
    if (character == '\t') {
        for (int left = tabWidth - int(m_columns.back() % tabWidth); left > 0; --left)
            add(u' ', 1);
        return;
    }
    if (character < 0x20 || character == 0x7f)
        character = character == 0x7f ? 0x2421 : 0x2400 + character;
    if (QChar::requiresSurrogates(character)) {
        add(QChar(QChar::highSurrogate(character)), widthOf(character));
        add(QChar(QChar::lowSurrogate(character)), 0);
    } else {
        add(QChar(char16_t(character)), widthOf(character));
    }
}

qsizetype LogLine::columnOf(qsizetype character) const
{
    character = std::clamp<qsizetype>(character, m_begin, m_text.size());
    if (m_columns.empty())
        return character - m_begin;
    return qsizetype(m_columns[size_t(character)] - m_columns[size_t(m_begin)]);
}

qsizetype LogLine::characterAt(qsizetype column) const
{
    if (m_columns.empty())
        return std::clamp<qsizetype>(column + m_begin, m_begin, m_text.size());
    const quint32 wanted = m_columns[size_t(m_begin)] + quint32(std::max<qsizetype>(0, column));
    const auto it = std::upper_bound(m_columns.cbegin() + m_begin, m_columns.cend(), wanted);
    return std::clamp<qsizetype>(it - m_columns.cbegin() - 1, m_begin, m_text.size());
}

qsizetype LogLine::byteOf(qsizetype character) const
{
    if (character >= m_text.size())
        return m_size;
    return m_bytes.empty() ? character : qsizetype(m_bytes[size_t(std::max<qsizetype>(0, character))]);
}

qsizetype LogLine::characterOf(qsizetype byte) const
{
    if (m_bytes.empty())
        return std::clamp<qsizetype>(byte, 0, m_text.size());
    const auto it = std::lower_bound(m_bytes.cbegin(), m_bytes.cend(), quint32(std::max<qsizetype>(0, byte)));
    return std::min<qsizetype>(it - m_bytes.cbegin(), m_text.size());
}

QColor ansiColor(const Theme &theme, int number)
{
    if (number >= 0 && number < 16)
        return theme.ansi(number);
    QColor color;
    if (number & LogStyle::trueColor) {
        color = QColor::fromRgb(QRgb(number & 0xffffff) | 0xff000000);
    } else if (number < 232) {
        const auto level = [](int n) { return n == 0 ? 0 : 55 + 40 * n; };
        const int cube = number - 16;
        color = QColor(level(cube / 36), level(cube / 6 % 6), level(cube % 6));
    } else {
        const int grey = 8 + 10 * (number - 232);
        color = QColor(grey, grey, grey);
    }
    const QColor surface = theme.color(Tint::Surface);
    const bool isDark = luminance(surface) < 0.2;
    for (int step = 0; step < 20 && contrast(color, surface) < 4.5; ++step) {
        const float towards = isDark ? 1.0F : 0.0F;
        const auto moved = [&](float part) { return part + (towards - part) * 0.15F; };
        color = QColor::fromRgbF(moved(color.redF()), moved(color.greenF()), moved(color.blueF()));
    }
    return color;
}

} // namespace Drover
