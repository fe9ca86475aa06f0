#pragma once

#include "backend/base/result.h"

#include <QtCore/QMap>
#include <QtCore/QStringList>

namespace Drover {

/// One option of a command. Parsing, help and completion all come from it.
struct Option
{
    enum class Takes {
        Nothing,
        One, ///< at most once
        Each, ///< as often as one likes, one value each
        Words, ///< all words up to the next option
    };

    QString name; ///< "--follow"
    QString value; ///< "SIZE"; empty for Nothing
    QString words;
    Takes takes = Takes::One;
    QString letter = {}; ///< "-f"
    QStringList choices = {}; ///< for completion and help
};

Option flag(QString name, QString words, QString letter = {});

/// A command line taken apart.
class Arguments
{
public:
    QStringList words; ///< neither options nor their values
    QStringList command; ///< what stands after `--`
    bool hasCommand = false;

    bool has(const QString &option) const { return m_values.contains(option); }
    QString value(const QString &option, const QString &otherwise = {}) const;
    QStringList values(const QString &option) const { return m_values.value(option); }

    void add(const QString &option, const QStringList &values) { m_values[option] += values; }

private:
    QMap<QString, QStringList> m_values;
};

/// `--name value`, `--name=value`, `-x value`, `-xvalue`, flags of one letter together (`-fy`); `-`
/// alone is a word; all after `--` is the command. Values are taken as they are, whatever brackets
/// they hold: the reason not to use a library that reads lists into them. An unknown option is an
/// Invalid with the nearest known one.
Result<Arguments> parseArguments(const QStringList &arguments, const QList<Option> &options);

} // namespace Drover
