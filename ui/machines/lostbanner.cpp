#include "ui/machines/lostbanner.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

QString wordsOfLost(const QList<Machine> &machines)
{
    if (machines.isEmpty())
        return {};
    if (machines.size() == 1)
        return LostBanner::tr("%1 is out of contact.").arg(machines.first().name);
    if (machines.size() == 2)
        return LostBanner::tr("%1 and %2 are out of contact.").arg(machines.first().name, machines.last().name);
    return LostBanner::tr("%1, %2 and %n other(s) are out of contact.", nullptr, int(machines.size()) - 2)
        .arg(machines.at(0).name, machines.at(1).name);
}

LostBanner::LostBanner(const Look &look, QWidget *parent)
    : QFrame(parent), m_look(look), m_sentence(new QLabel), m_outlook(new QLabel)
{
    setObjectName(u"lostBanner"_s);
    m_sentence->setObjectName(u"lostSentence"_s);
    m_outlook->setObjectName(u"lostOutlook"_s);
    m_outlook->setForegroundRole(QPalette::ButtonText);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(38, 0, 6, 0);
    line->setSpacing(8);
    line->addWidget(m_sentence);
    line->addWidget(m_outlook, 1);
    auto *tasks = new QPushButton(tr("Show tasks"));
    tasks->setObjectName(u"lostTasks"_s);
    auto *only = new QPushButton(tr("Show machines"));
    only->setObjectName(u"lostMachines"_s);
    auto *close = new QToolButton;
    close->setAccessibleName(tr("Close"));
    close->setAutoRaise(true);
    close->setIcon(look.icon(u"close"_s, Tint::Text2));
    line->addWidget(tasks);
    line->addWidget(only);
    line->addWidget(close);
    connect(tasks, &QPushButton::clicked, this, &LostBanner::tasksAsked);
    connect(only, &QPushButton::clicked, this, &LostBanner::machinesAsked);
    connect(close, &QToolButton::clicked, this, [this] {
        m_closed = m_shown;
        hide();
    });
    connect(&look, &Look::changed, this, &LostBanner::applyLook);
    applyLook();
    hide();
}

void LostBanner::applyLook()
{
    setFixedHeight(m_look.scaled(34));
    m_sentence->setFont(m_look.font(FontUse::BodyMedium));
    update();
}

void LostBanner::setMachines(const QList<Machine> &machines)
{
    QList<MachineId> ids;
    for (const Machine &machine : machines)
        ids.append(machine.id);
    m_shown = ids;
    m_sentence->setText(wordsOfLost(machines));
    setAccessibleName(m_sentence->text());
    // Closed is closed for these: another machine brings it back.
    const bool isKnown = std::ranges::all_of(ids, [this](MachineId id) { return m_closed.contains(id); });
    if (ids.isEmpty())
        m_closed.clear();
    setVisible(!ids.isEmpty() && !isKnown);
}

void LostBanner::setOutlook(const QString &text)
{
    m_outlook->setText(text);
}

void LostBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::ErrSoft));
    painter.fillRect(QRect(0, 0, 3, height()), m_look.color(Tint::Lost));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_look.color(Tint::Border));
    const int size = m_look.scaled(16);
    painter.drawPixmap(QPointF(m_look.scaled(12), (height() - size) / 2.0),
                       m_look.pixmap(u"machine-lost"_s, Tint::Lost, size, devicePixelRatioF()));
}

} // namespace Drover
