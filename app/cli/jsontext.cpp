#include "app/cli/jsontext.h"

#include <QtCore/QJsonDocument>

namespace Drover {

void printJson(Screen &screen, const QJsonValue &value)
{
    const QJsonDocument document
        = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    screen.bytes(document.toJson(QJsonDocument::Indented));
}

} // namespace Drover
