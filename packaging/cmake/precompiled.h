// What nearly every file includes; Qt Core and the standard library only, so that every room may use it.
#pragma once
#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>
