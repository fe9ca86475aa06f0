#include "ui/englishplurals.h"

using namespace Qt::StringLiterals;

namespace Drover {

QString EnglishPlurals::translate(const char *, const char *sourceText, const char *, int n) const
{
    QString text = QString::fromUtf8(sourceText);
    if (n < 0 || !text.contains("(s)"_L1))
        return {}; // as it stands
    return text.replace("(s)"_L1, n == 1 ? QLatin1StringView() : "s"_L1);
}

} // namespace Drover
