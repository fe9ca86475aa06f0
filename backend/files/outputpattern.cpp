#include "backend/files/outputpattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstring>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longest = 1000;
constexpr uint32_t mostSteps = 2'000'000;

QString wordsOf(int code)
{
    std::array<PCRE2_UCHAR, 256> text {};
    pcre2_get_error_message(code, text.data(), text.size());
    return QString::fromUtf8(reinterpret_cast<const char *>(text.data()));
}

} // namespace

struct OutputPattern::Compiled
{
    QByteArray words; ///< not empty: plain, letters' case counts
    pcre2_code *code = nullptr;
    pcre2_match_data *match = nullptr;
    pcre2_match_context *context = nullptr;

    ~Compiled()
    {
        pcre2_match_data_free(match);
        pcre2_match_context_free(context);
        pcre2_code_free(code);
    }
};

OutputPattern::OutputPattern(std::unique_ptr<Compiled> compiled) : m_compiled(std::move(compiled)) { }
OutputPattern::OutputPattern(OutputPattern &&) noexcept = default;
OutputPattern &OutputPattern::operator=(OutputPattern &&) noexcept = default;
OutputPattern::~OutputPattern() = default;

Result<OutputPattern> OutputPattern::compile(const QString &text, Kind kind, Case letters)
{
    if (text.isEmpty())
        return fail(ErrorCode::Invalid, u"pattern: nothing to look for; give some words"_s);
    if (text.size() > longest)
        return fail(ErrorCode::Invalid, u"pattern: longer than %1 characters; shorten it"_s.arg(longest));
    auto compiled = std::make_unique<Compiled>();
    const QByteArray utf8 = text.toUtf8();
    if (kind == Kind::Words && letters == Case::Counts) {
        compiled->words = utf8;
        return OutputPattern(std::move(compiled));
    }
    uint32_t options = PCRE2_MULTILINE | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (kind == Kind::Words)
        options |= PCRE2_LITERAL;
    if (kind == Kind::Words)
        options &= ~uint32_t(PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C); // PCRE2_LITERAL refuses them
    if (letters == Case::Ignored)
        options |= PCRE2_CASELESS;
    int error = 0;
    PCRE2_SIZE at = 0;
    compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(utf8.constData()), size_t(utf8.size()),
                                   options, &error, &at, nullptr);
    if (!compiled->code) {
        return fail(ErrorCode::Invalid, u"pattern: %1, at character %2; to look for it as it stands, switch regular expressions off"_s
                                            .arg(wordsOf(error))
                                            .arg(QString::fromUtf8(utf8.first(qsizetype(at))).size() + 1));
    }
    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE); // without it, it is slower and says the same
    compiled->match = pcre2_match_data_create_from_pattern(compiled->code, nullptr);
    compiled->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(compiled->context, mostSteps);
    return OutputPattern(std::move(compiled));
}

Result<std::optional<OutputPattern::Match>> OutputPattern::find(QByteArrayView bytes, qsizetype from) const
{
    if (!m_compiled->code) {
        const QByteArray &words = m_compiled->words;
        const void *at = ::memmem(bytes.data() + from, size_t(bytes.size() - from), words.constData(), size_t(words.size()));
        if (!at)
            return std::optional<Match>();
        return std::optional(Match {static_cast<const char *>(at) - bytes.data(), words.size()});
    }
    const int count = pcre2_match(m_compiled->code, reinterpret_cast<PCRE2_SPTR>(bytes.data()), size_t(bytes.size()),
                                  size_t(from), 0, m_compiled->match, m_compiled->context);
    if (count == PCRE2_ERROR_NOMATCH)
        return std::optional<Match>();
    if (count < 0) {
        return fail(ErrorCode::Invalid, u"pattern: %1; make it simpler, for instance without nested repeats"_s.arg(wordsOf(count)));
    }
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(m_compiled->match);
    return std::optional(Match {qsizetype(places[0]), qsizetype(std::max(places[0], places[1]) - places[0])});
}

} // namespace Drover
