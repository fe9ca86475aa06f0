#include "ui/consolesettings.h"

#include "app/profiles/consolestate.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <array>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// In the file: never renamed.
constexpr std::array themeNames{"system"_L1, "light"_L1, "dark"_L1, "high-contrast"_L1};

void keepLook(ConsoleState &shared, const Look &look)
{
    shared.setValue(u"look"_s, QJsonObject{{u"theme"_s, QString(themeNames[size_t(look.themeChoice())])},
                                           {u"density"_s, look.density() == Density::Cosy ? u"cosy"_s : u"compact"_s},
                                           {u"baseSize"_s, look.baseSize()},
                                           {u"reduceMotion"_s, look.isReduced()},
                                           {u"utc"_s, look.isUtc()}});
}

} // namespace

void applySettings(const ConsoleState &shared, Look &look, ActionRegistry &actions)
{
    const QJsonObject kept = shared.value(u"look"_s).toObject();
    const QString theme = kept.value("theme"_L1).toString();
    for (size_t i = 0; i < themeNames.size(); ++i) {
        if (theme == themeNames[i])
            look.setThemeChoice(ThemeChoice(i));
    }
    look.setDensity(kept.value("density"_L1).toString() == "cosy"_L1 ? Density::Cosy : Density::Compact);
    if (const double size = kept.value("baseSize"_L1).toDouble(); size > 0)
        look.setBaseSize(size);
    look.setReduced(kept.value("reduceMotion"_L1).toBool());
    look.setUtc(kept.value("utc"_L1).toBool(true));
    QHash<QString, QString> keys;
    const QJsonObject stored = shared.value(u"shortcuts"_s).toObject();
    for (auto it = stored.begin(); it != stored.end(); ++it)
        keys.insert(it.key(), it.value().toString());
    if (!keys.isEmpty())
        actions.setShortcuts(keys);
}

void keepSettings(ConsoleState &shared, Look &look, ActionRegistry &actions)
{
    const auto keep = [&shared, &look] { keepLook(shared, look); };
    QObject::connect(&look, &Look::changed, &shared, keep);
    QObject::connect(&look, &Look::utcChanged, &shared, keep);
    QObject::connect(&actions, &ActionRegistry::shortcutsChanged, &shared, [&shared, &actions] {
        QJsonObject keys;
        const QHash<QString, QString> changed = actions.changedShortcuts();
        for (auto it = changed.begin(); it != changed.end(); ++it)
            keys.insert(it.key(), it.value());
        shared.setValue(u"shortcuts"_s, keys);
    });
}

} // namespace Drover
