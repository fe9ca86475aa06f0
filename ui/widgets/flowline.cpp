#include "ui/widgets/flowline.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int gap = 4;
constexpr int edge = 8;

} // namespace

FlowLine::FlowLine(const Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_right(new QWidget(this)), m_buttons(new QHBoxLayout(m_right)),
      m_more(new QToolButton(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_buttons->setContentsMargins(0, 0, 0, 0);
    m_buttons->setSpacing(look.scaled(gap));
    m_more->setObjectName(u"moreChips"_s);
    m_more->setAutoRaise(true);
    m_more->hide();
    connect(m_more, &QToolButton::clicked, this, &FlowLine::openFolded);
    connect(&look, &Look::changed, this, &FlowLine::arrange);
}

void FlowLine::addChip(Chip *chip)
{
    chip->setParent(this);
    m_chips.append(chip);
    arrange();
}

void FlowLine::setWanted(Chip *chip, bool wanted)
{
    if (wanted == !m_unwanted.contains(chip))
        return;
    if (wanted)
        m_unwanted.remove(chip);
    else
        m_unwanted.insert(chip);
    arrange();
}

void FlowLine::addButton(QWidget *button)
{
    m_buttons->addWidget(button);
    arrange();
}

QSize FlowLine::sizeHint() const
{
    return {m_look.scaled(400), m_look.scaled(40)};
}

QSize FlowLine::minimumSizeHint() const
{
    return {m_look.scaled(120), m_look.scaled(40)};
}

int FlowLine::room() const
{
    const int right = m_buttons->count() > 0 ? m_right->sizeHint().width() + m_look.scaled(edge) : 0;
    return width() - 2 * m_look.scaled(edge) - right;
}

void FlowLine::resizeEvent(QResizeEvent *)
{
    arrange();
}

void FlowLine::arrange()
{
    QList<Chip *> wanted;
    int full = 0;
    for (Chip *chip : std::as_const(m_chips)) {
        if (m_unwanted.contains(chip)) {
            chip->hide();
            continue;
        }
        wanted.append(chip);
        full += chip->widthWith(true) + m_look.scaled(gap);
    }
    const int most = room();
    // Words go from the right, those of chips that are on last.
    QSet<Chip *> bare;
    for (const bool on : {false, true}) {
        for (qsizetype i = wanted.size() - 1; i >= 0 && full > most; --i) {
            Chip *chip = wanted[i];
            if (chip->isChecked() != on || chip->widthWith(false) == chip->widthWith(true))
                continue;
            full -= chip->widthWith(true) - chip->widthWith(false);
            bare.insert(chip);
        }
    }
    const int moreWidth = m_look.scaled(36);
    const bool folds = full > most;
    m_folded.clear();
    int x = m_look.scaled(edge);
    const int end = x + most - (folds ? moreWidth : 0);
    for (Chip *chip : std::as_const(wanted)) {
        chip->setWordShown(!bare.contains(chip));
        const QSize size = chip->sizeHint();
        if (!m_folded.isEmpty() || x + size.width() > end) {
            chip->hide();
            m_folded.append(chip);
            continue;
        }
        chip->setGeometry(x, (height() - size.height()) / 2, size.width(), size.height());
        chip->show();
        x += size.width() + m_look.scaled(gap);
    }
    m_more->setVisible(!m_folded.isEmpty());
    m_more->setText(tr("+%1").arg(m_folded.size()));
    m_more->setAccessibleName(tr("%1 more").arg(m_folded.size()));
    m_more->setGeometry(x, (height() - m_look.scaled(24)) / 2, moreWidth, m_look.scaled(24));
    const QSize right = m_right->sizeHint();
    m_right->setGeometry(width() - m_look.scaled(edge) - right.width(), (height() - right.height()) / 2, right.width(),
                         right.height());
}

void FlowLine::openFolded()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (Chip *chip : std::as_const(m_folded)) {
        QAction *entry = menu->addAction(chip->toolTip());
        entry->setCheckable(true);
        entry->setChecked(chip->isChecked());
        connect(entry, &QAction::triggered, chip, &Chip::click);
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

void FlowLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Surface));
    drawHairline(painter, m_look.color(Tint::Border), QPointF(0, height() - 1), QPointF(width(), height() - 1));
}

} // namespace Drover
