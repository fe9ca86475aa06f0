#pragma once

#include <QtCore/QTranslator>

namespace Drover {

/// With DROVER_PSEUDO=1: brackets and lengthens every text that goes through tr(). What stands without
/// brackets is not translated; what is cut off leaves no room for other languages.
class PseudoTranslator : public QTranslator
{
    Q_OBJECT

public:
    using QTranslator::QTranslator;

    bool isEmpty() const override { return false; }
    QString translate(const char *context, const char *source, const char *disambiguation, int n) const override;

    /// "Submit…" becomes "[Šûbmît… ~~]"; markers (%1, %n) stay.
    static QString pseudo(const QString &text);
};

} // namespace Drover
