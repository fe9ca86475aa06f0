#include "ui/widgets/digits.h"

#include <QtCore/QHash>
#include <QtGui/QFontMetricsF>
#include <QtGui/QGlyphRun>
#include <QtGui/QPainter>
#include <QtGui/QRawFont>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Face
{
    QRawFont font;
    QList<qreal> advances; // of '0' to '9'
    qreal widest = 0;
    QFontMetricsF metrics {QFont()};
};

// Fonts of the program are a dozen; finding their raw face costs more than drawing with it.
const Face &faceOf(const QFont &font)
{
    static thread_local QHash<QFont, Face> faces;
    const auto found = faces.constFind(font);
    if (found != faces.cend())
        return *found;
    Face face;
    face.font = QRawFont::fromFont(font);
    face.metrics = QFontMetricsF(font);
    for (const QPointF &advance :
         face.font.advancesForGlyphIndexes(face.font.glyphIndexesForString(u"0123456789"_s)))
        face.advances.append(advance.x());
    for (const qreal advance : std::as_const(face.advances))
        face.widest = std::max(face.widest, advance);
    return *faces.insert(font, face);
}

struct Glyphs
{
    QList<quint32> indexes;
    QList<QPointF> positions;
    qreal width = 0;
    bool complete = true; // the face has all of them
};

Glyphs glyphsOf(const Face &face, const QString &text)
{
    Glyphs glyphs;
    glyphs.indexes = face.font.glyphIndexesForString(text);
    if (glyphs.indexes.size() != text.size() || glyphs.indexes.contains(0U)) {
        glyphs.complete = false;
        glyphs.width = face.metrics.horizontalAdvance(text);
        return glyphs;
    }
    const QList<QPointF> advances = face.font.advancesForGlyphIndexes(glyphs.indexes);
    glyphs.positions.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= u'0' && text[i] <= u'9';
        const qreal room = digit ? face.widest : advances[i].x();
        glyphs.positions.append({glyphs.width + (room - advances[i].x()) / 2, 0});
        glyphs.width += room;
    }
    return glyphs;
}

} // namespace

qreal digitsWidth(const QFont &font, const QString &text)
{
    return glyphsOf(faceOf(font), text).width;
}

void drawDigits(QPainter &painter, const QFont &font, const QRectF &rect, Qt::Alignment align, const QString &text)
{
    const Face &face = faceOf(font);
    const Glyphs glyphs = glyphsOf(face, text);
    if (!glyphs.complete) {
        painter.setFont(font);
        painter.drawText(rect, int(align | Qt::TextSingleLine), text);
        return;
    }
    qreal x = rect.left();
    if (align & Qt::AlignRight)
        x = rect.right() - glyphs.width;
    else if (align & Qt::AlignHCenter)
        x = rect.center().x() - glyphs.width / 2;
    const qreal height = face.metrics.ascent() + face.metrics.descent();
    const qreal baseline = std::round(rect.top() + (rect.height() - height) / 2 + face.metrics.ascent());
    QGlyphRun run;
    run.setRawFont(face.font);
    run.setGlyphIndexes(glyphs.indexes);
    run.setPositions(glyphs.positions);
    painter.drawGlyphRun(QPointF(x, baseline), run);
}

} // namespace Drover
