#include "backend/settings/settingreader.h"

#include "backend/base/instant.h"
#include "backend/base/size.h"

#include <QtCore/QFile>

#include <algorithm>
#include <numeric>
#include <sstream>

#include <toml++/toml.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 largestFile = 1024 * 1024;
constexpr qsizetype mostProblems = 100;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

// What the user wrote, so that it can be shown without carrying anything out.
QString shown(QString value)
{
    for (QChar &c : value) {
        if (!c.isPrint())
            c = u'?';
    }
    return value.size() > 60 ? value.left(60) + u'…' : value;
}

qsizetype distance(const QString &a, const QString &b)
{
    QList<qsizetype> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

Error expected(const QString &what, const QString &value)
{
    return fail(ErrorCode::Invalid, u"%1 is expected, not \"%2\""_s.arg(what, shown(value)));
}

Result<Settings::Value> within(const SettingKey &key, qint64 number, const QString &written)
{
    if (key.most > 0 && (number < key.least || number > key.most))
        return fail(ErrorCode::Invalid, u"%1 is out of range; use %2"_s.arg(shown(written), rangeOf(key)));
    return Settings::Value(number);
}

// Every leaf of the tables, with its dotted name.
void forEachLeaf(const toml::table &table, const QString &prefix,
                 const std::function<void(const QString &, const toml::node &)> &visit)
{
    for (const auto &[key, node] : table) {
        const QString name = prefix + text(key.str());
        if (const toml::table *inner = node.as_table())
            forEachLeaf(*inner, name + u'.', visit);
        else
            visit(name, node);
    }
}

// A value of TOML as the text that means the same; nothing for a kind that no setting has.
std::optional<QString> textOfNode(const toml::node &node)
{
    if (const auto string = node.value_exact<std::string>())
        return text(*string);
    if (const auto number = node.value_exact<int64_t>())
        return QString::number(*number);
    if (const auto number = node.value_exact<double>())
        return QString::number(*number, 'g', 15);
    if (const auto flag = node.value_exact<bool>())
        return *flag ? u"true"_s : u"false"_s;
    return std::nullopt;
}

Result<Settings::Value> valueOf(const SettingKey &key, const toml::node &node)
{
    const toml::array *array = node.as_array();
    if (key.type == SettingType::List && array) {
        QStringList words;
        for (const toml::node &each : *array) {
            const auto word = each.value_exact<std::string>();
            if (!word)
                return fail(ErrorCode::Invalid, u"a list of texts is expected"_s);
            words.append(text(*word));
        }
        return Settings::Value(words);
    }
    const bool wantsQuotes = key.type == SettingType::Text || key.type == SettingType::Choice || key.type == SettingType::List;
    const std::optional<QString> written = wantsQuotes && !node.is_string() ? std::nullopt : textOfNode(node);
    if (!written)
        return fail(ErrorCode::Invalid, wantsQuotes ? u"a text in quotes is expected"_s : u"one value is expected"_s);
    return settingOf(key, *written);
}

} // namespace

QString rangeOf(const SettingKey &key)
{
    const auto one = [&](qint64 value) {
        if (key.type == SettingType::Size)
            return printedSize(value);
        return key.type == SettingType::Duration ? printedDuration(std::chrono::milliseconds(value)) : QString::number(value);
    };
    return u"%1 to %2"_s.arg(one(key.least), one(key.most));
}

Result<Settings::Value> settingOf(const SettingKey &key, const QString &value)
{
    switch (key.type) {
    case SettingType::Text:
        if (std::ranges::any_of(value, [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; }))
            return fail(ErrorCode::Invalid, u"it has control characters"_s);
        return Settings::Value(value);
    case SettingType::List: {
        QStringList words;
        for (const QString &word : value.split(u',', Qt::SkipEmptyParts))
            words.append(word.trimmed());
        return Settings::Value(words);
    }
    case SettingType::Flag:
        if (value == u"true" || value == u"yes")
            return Settings::Value(true);
        if (value == u"false" || value == u"no")
            return Settings::Value(false);
        return expected(u"true or false"_s, value);
    case SettingType::Choice:
        if (QString(key.choices).split(u' ').contains(value))
            return Settings::Value(value);
        return expected(u"one of "_s + QString(key.choices).replace(u' ', u", "_s), value);
    case SettingType::Number: {
        bool ok = false;
        const qint64 number = value.toLongLong(&ok);
        return ok ? within(key, number, value) : expected(u"a whole number"_s, value);
    }
    case SettingType::Size: {
        const auto size = sizeOf(value);
        return size ? within(key, *size, value) : expected(u"a size (20MB, 1GiB)"_s, value);
    }
    case SettingType::Duration: {
        const auto duration = durationOf(value);
        return duration ? within(key, duration->count(), value) : expected(u"a duration (10s, 5m, 2h, 14d)"_s, value);
    }
    }
    Q_UNREACHABLE();
}

const SettingKey *SettingReader::keyOf(const QString &name, const QString &where, int line)
{
    const auto known = std::ranges::find_if(m_keys, [&](const SettingKey &key) { return name == key.name; });
    if (known != m_keys.end())
        return &*known;
    const auto nearest = std::ranges::min_element(m_keys, {}, [&](const SettingKey &key) {
        return distance(name.left(80), QString(key.name));
    });
    const bool isNear = distance(name.left(80), QString(nearest->name)) <= 3;
    if (m_problems.size() < mostProblems) {
        m_problems.append({.file = where, .line = line, .field = shown(name), .reason = u"there is no such setting"_s,
                           .remedy = isNear ? u"did you mean %1?"_s.arg(QString(nearest->name))
                                            : u"check --print-defaults lists them all"_s});
    }
    return nullptr;
}

void SettingReader::take(const SettingKey &key, const Result<Settings::Value> &value, const QString &where, int line)
{
    if (value) {
        m_values.insert(key.name, *value);
        return;
    }
    if (m_problems.size() < mostProblems) {
        m_problems.append({.file = where, .line = line, .field = QString(key.name), .reason = value.error().message,
                           .remedy = key.fallback.isEmpty() ? u"mend it or leave it out"_s
                                                            : u"without it, it is %1"_s.arg(QString(key.fallback))});
    }
}

void SettingReader::readFile(const QString &path, Missing missing)
{
    QFile file(path);
    if (!file.exists() && missing == Missing::IsFine)
        return;
    if (!file.open(QIODevice::ReadOnly)) {
        m_problems.append({.file = path, .line = 0, .field = {}, .reason = u"it cannot be read: %1"_s.arg(file.errorString()),
                           .remedy = u"mend its name or its permissions"_s});
        return;
    }
    readToml(file.read(largestFile + 1), path);
}

void SettingReader::readToml(const QByteArray &bytes, const QString &path)
{
    if (bytes.size() > largestFile) {
        m_problems.append({.file = path, .line = 0, .field = {}, .reason = u"it is larger than 1 MB"_s, .remedy = {}});
        return;
    }
    toml::table parsed;
    try { // toml++ throws where it is a library
        parsed = toml::parse(std::string_view(bytes.constData(), size_t(bytes.size())));
    } catch (const toml::parse_error &error) {
        m_problems.append({.file = path, .line = int(error.source().begin.line), .field = {},
                           .reason = u"it is no TOML: %1"_s.arg(shown(text(error.description()))),
                           .remedy = u"key = \"value\" is a line of it; check --print-defaults is an example"_s});
        return;
    }
    forEachLeaf(parsed, {}, [&](const QString &name, const toml::node &node) {
        const int line = int(node.source().begin.line);
        if (const SettingKey *key = keyOf(name, path, line))
            take(*key, valueOf(*key, node), path, line);
    });
}

void SettingReader::readEnvironment(const QString &prefix, const std::function<QString(const QString &)> &environment)
{
    for (const SettingKey &key : m_keys) {
        const QString variable = prefix + QString(key.name).toUpper().replace(u'.', u'_').replace(u'-', u'_');
        const QString value = environment ? environment(variable) : qEnvironmentVariable(qPrintable(variable));
        if (!value.isEmpty())
            take(key, settingOf(key, value), variable, 0);
    }
}

void SettingReader::readSet(const QString &set)
{
    const qsizetype equals = set.indexOf(u'=');
    if (equals < 1) {
        m_problems.append({.file = u"--set"_s, .line = 0, .field = shown(set), .reason = u"key=value is expected"_s,
                           .remedy = u"as in --set log.level=debug"_s});
        return;
    }
    const QString where = u"--set"_s;
    if (const SettingKey *key = keyOf(set.first(equals).trimmed(), where, 0))
        take(*key, settingOf(*key, set.sliced(equals + 1)), where, 0);
}

} // namespace Drover
