#include "backend/base/linelevel.h"

#include <array>
#include <cstring>

namespace Drover {

namespace {

struct Word
{
    const char *text;
    LineLevel level;
};

// By first letter, so that a line without a level costs a look at its words' first letters.
constexpr std::array words {
    Word {"critical", LineLevel::Fatal}, Word {"crit", LineLevel::Fatal},
    Word {"debug", LineLevel::Debug},    Word {"emerg", LineLevel::Fatal},
    Word {"err", LineLevel::Error},      Word {"error", LineLevel::Error},
    Word {"fatal", LineLevel::Fatal},    Word {"info", LineLevel::Info},
    Word {"notice", LineLevel::Info},    Word {"panic", LineLevel::Fatal},
    Word {"severe", LineLevel::Error},   Word {"trace", LineLevel::Trace},
    Word {"warn", LineLevel::Warning},   Word {"warning", LineLevel::Warning},
};

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// ESC [ … letter, from its ESC; where it ends.
qsizetype pastEscape(QByteArrayView line, qsizetype at)
{
    if (at + 1 >= line.size() || line[at + 1] != '[')
        return at + 1;
    at += 2;
    while (at < line.size() && !isLetter(line[at]))
        ++at;
    return std::min(at + 1, line.size());
}

LineLevel levelOfWord(QByteArrayView word)
{
    for (const Word &each : words) {
        const qsizetype size = qsizetype(std::strlen(each.text));
        if (size == word.size() && qstrnicmp(word.data(), each.text, size_t(size)) == 0)
            return each.level;
    }
    return LineLevel::None;
}

bool isCapital(QByteArrayView word)
{
    for (const char c : word) {
        if (c >= 'a' && c <= 'z')
            return false;
    }
    return true;
}

// Whether it is where a level stands, whatever its case.
bool isInPlace(QByteArrayView line, qsizetype begin, qsizetype end, bool isFirst)
{
    const char before = begin > 0 ? line[begin - 1] : ' ';
    const char after = end < line.size() ? line[end] : ' ';
    return isFirst || (before == '[' && after == ']') || (before == '<' && after == '>')
        || before == '=' || after == ':';
}

} // namespace

LevelWord levelWordOf(QByteArrayView line)
{
    line = line.first(std::min<qsizetype>(line.size(), levelReach));
    if (line.startsWith("Traceback (most recent call last)"))
        return {LineLevel::Error, 0, 0};
    bool isFirst = true; // among the words: numbers, as of a date, are none
    for (qsizetype at = 0; at < line.size();) {
        if (line[at] == '\x1b') {
            at = pastEscape(line, at);
            continue;
        }
        if (!isLetter(line[at])) {
            // A word with digits before it (2026-01-31T12, 5xx) is none that counts.
            const bool glued = isDigit(line[at]) || line[at] == '_';
            ++at;
            while (glued && at < line.size() && (isLetter(line[at]) || line[at] == '_'))
                ++at;
            continue;
        }
        const qsizetype begin = at;
        while (at < line.size() && isLetter(line[at]))
            ++at;
        const bool whole = at >= line.size() || (!isDigit(line[at]) && line[at] != '_');
        const LineLevel level = whole && at - begin <= 8 ? levelOfWord(line.sliced(begin, at - begin))
                                                         : LineLevel::None;
        if (level != LineLevel::None
            && (isCapital(line.sliced(begin, at - begin)) || isInPlace(line, begin, at, isFirst)))
            return {level, int(begin), int(at - begin)};
        isFirst = false;
    }
    return {};
}

} // namespace Drover
