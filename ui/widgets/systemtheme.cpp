#include "ui/widgets/systemtheme.h"

#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusVariant>
#include <QtGui/QPalette>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>

#include <optional>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// 0 no preference, 1 dark, 2 light; xdg-desktop-portal, Settings.
std::optional<bool> portalPrefersDark()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return std::nullopt;
    QDBusMessage question = QDBusMessage::createMethodCall(
        u"org.freedesktop.portal.Desktop"_s, u"/org/freedesktop/portal/desktop"_s,
        u"org.freedesktop.portal.Settings"_s, u"Read"_s);
    question << u"org.freedesktop.appearance"_s << u"color-scheme"_s;
    question.setAutoStartService(false);
    const QDBusMessage reply = bus.call(question, QDBus::Block, 200);
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty())
        return std::nullopt;
    QVariant value = reply.arguments().constFirst();
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    const uint scheme = value.toUInt();
    if (scheme == 0)
        return std::nullopt;
    return scheme == 1;
}

} // namespace

bool systemPrefersDark()
{
    if (const auto said = portalPrefersDark())
        return *said;
    static const QPalette first = QApplication::palette(); // before we set our own
    return first.color(QPalette::Window).lightness() < 128;
}

} // namespace Drover
