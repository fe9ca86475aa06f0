#pragma once

#include <QtCore/QTranslator>

namespace Drover {

/// English as it is counted: "%n task(s)" becomes "%n task" for one and "%n tasks" for any other number.
/// What is in the source stands for both; translations into other languages say their own forms.
class EnglishPlurals : public QTranslator
{
    Q_OBJECT

public:
    using QTranslator::QTranslator;

    QString translate(const char *context, const char *sourceText, const char *disambiguation, int n) const override;
    bool isEmpty() const override { return false; }
};

} // namespace Drover
