#include "ui/pseudotranslator.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longerBy = 3; // a third

} // namespace

QString PseudoTranslator::translate(const char *context, const char *source, const char *, int) const
{
    // Qt's own words (keys of the keyboard, its dialogs) are not ours to check.
    if (context[0] == 'Q' && context[1] >= 'A' && context[1] <= 'Z')
        return {};
    return pseudo(QString::fromUtf8(source));
}

QString PseudoTranslator::pseudo(const QString &text)
{
    static const QString plain = u"aeiouyncsAEIOUYNCS"_s;
    static const QString accented = u"âéîöûÿñçšÂÉÎÖÛŸÑÇŠ"_s;
    if (text.isEmpty())
        return text;
    QString changed;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text.at(i) == u'%' && i + 1 < text.size()) { // a marker
            changed += text.at(i++);
            changed += text.at(i);
            continue;
        }
        const qsizetype at = plain.indexOf(text.at(i));
        changed += at < 0 ? text.at(i) : accented.at(at);
    }
    return u'[' + changed + u' ' + QString(std::max<qsizetype>(1, text.size() / longerBy), u'~') + u']';
}

} // namespace Drover
