#include "ui/widgets/keyvaluegrid.h"

#include "ui/widgets/look.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

using namespace Qt::StringLiterals;

namespace Drover {

KeyValueGrid::KeyValueGrid(const Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setColumnStretch(1, 1);
    connect(&look, &Look::changed, this, &KeyValueGrid::build);
}

void KeyValueGrid::setRows(const QList<Row> &rows)
{
    QList<Row> shown;
    for (const Row &row : rows) {
        if (!row.value.isEmpty())
            shown.append(row);
    }
    if (shown == m_rows)
        return;
    const bool same = std::ranges::equal(shown, m_rows, {}, &Row::key, &Row::key);
    m_rows = shown;
    if (!same) {
        build();
        return;
    }
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        fill(m_values[i], m_rows[i]);
}

QString KeyValueGrid::valueOf(const QString &key) const
{
    const auto row = std::ranges::find(m_rows, key, &Row::key);
    return row == m_rows.cend() ? QString() : row->value;
}

void KeyValueGrid::fill(QLabel *label, const Row &row) const
{
    // Rich text, for the colours of one line; what a row holds is escaped.
    QString text = row.value.toHtmlEscaped().replace(u'\n', u"<br>"_s);
    if (!row.link.isEmpty()) {
        text = u"<a href=\"%1\" style=\"color:%2;text-decoration:none\">%3</a>"_s.arg(
            row.link.toHtmlEscaped(), m_look.color(Tint::Accent).name(), text);
    }
    if (!row.aside.isEmpty())
        text += u" <span style=\"color:%1\">%2</span>"_s.arg(m_look.color(Tint::Text3).name(), row.aside.toHtmlEscaped());
    label->setText(text);
    label->setToolTip(row.tip);
    label->setAccessibleName(u"%1: %2 %3"_s.arg(row.key, row.value, row.aside).trimmed());
}

void KeyValueGrid::build()
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_values.clear();
    m_grid->setHorizontalSpacing(m_look.scaled(8));
    m_grid->setVerticalSpacing(m_look.scaled(5));
    m_grid->setColumnMinimumWidth(0, m_look.scaled(84));
    QPalette quiet;
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
    int line = 0;
    for (const Row &row : std::as_const(m_rows)) {
        auto *key = new QLabel(row.key, this);
        key->setTextFormat(Qt::PlainText);
        key->setPalette(quiet);
        key->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        auto *value = new QLabel(this);
        value->setTextFormat(Qt::RichText);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
        value->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        value->setFont(m_look.font(row.mono ? FontUse::Mono : FontUse::Body));
        value->setObjectName(u"value."_s + row.key);
        connect(value, &QLabel::linkActivated, this, &KeyValueGrid::linkActivated);
        fill(value, row);
        key->setBuddy(value);
        m_grid->addWidget(key, line, 0);
        m_grid->addWidget(value, line, 1);
        m_values.append(value);
        ++line;
    }
}

} // namespace Drover
