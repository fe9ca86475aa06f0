#include "ui/shell/statusline.h"

#include "ui/widgets/look.h"

#include <QtCore/QTimeZone>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// The number leads and is strong: "6,636 shown of 1,048,212".
QString withStrongNumber(const QString &text)
{
    const qsizetype space = text.indexOf(u' ');
    if (space <= 0 || !text.at(0).isDigit())
        return text.toHtmlEscaped();
    return u"<b>"_s + text.left(space).toHtmlEscaped() + u"</b>"_s + text.mid(space).toHtmlEscaped();
}

} // namespace

StatusLine::StatusLine(Look &look, QWidget *parent) : QWidget(parent), m_look(look), m_utc(new QToolButton)
{
    setObjectName(u"statusLine"_s);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(12, 1, 12, 0);
    line->setSpacing(14);
    m_shown = addLabel(u"shown"_s);
    m_selected = addLabel(u"selected"_s);
    m_hint = addLabel(u"hint"_s);
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_hint->setTextFormat(Qt::PlainText);
    line->setStretchFactor(m_hint, 1);
    m_updates = addLabel(u"updates"_s);
    m_revision = addLabel(u"revision"_s);
    m_skew = addLabel(u"skew"_s);
    m_utc->setObjectName(u"utc"_s);
    m_utc->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_utc->setIcon(look.icon(u"clock"_s));
    m_utc->setIconSize({12, 12});
    line->addWidget(m_utc);
    m_user = addLabel(u"user"_s);
    connect(m_utc, &QToolButton::clicked, this, [this] { m_look.setUtc(!m_look.isUtc()); });
    connect(&look, &Look::utcChanged, this, &StatusLine::showUtc);
    connect(&look, &Look::changed, this, &StatusLine::applyLook);
    applyLook();
    showUtc();
    setNews({});
}

QLabel *StatusLine::addLabel(const QString &name)
{
    auto *label = new QLabel;
    label->setObjectName(name);
    label->setTextFormat(Qt::RichText);
    layout()->addWidget(label);
    return label;
}

void StatusLine::applyLook()
{
    setFixedHeight(m_look.scaled(24));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text2));
    quiet.setColor(QPalette::ButtonText, m_look.color(Tint::Text2));
    for (QLabel *label : findChildren<QLabel *>()) {
        label->setFont(m_look.font(FontUse::Caption));
        label->setPalette(quiet);
    }
    m_utc->setFont(m_look.font(FontUse::Caption));
    m_utc->setPalette(quiet);
    m_utc->setMaximumHeight(m_look.scaled(22));
    update();
}

void StatusLine::showUtc()
{
    m_utc->setText(m_look.isUtc() ? tr("UTC") : tr("Local"));
    m_utc->setAccessibleName(m_look.isUtc() ? tr("Times are in UTC") : tr("Times are local"));
    const QString zone = QString::fromUtf8(QTimeZone::systemTimeZoneId());
    m_utc->setToolTip(m_look.isUtc() ? tr("Times are in UTC; press for local time (%1)").arg(zone)
                                     : tr("Times are local (%1); press for UTC").arg(zone));
}

void StatusLine::setView(const ViewStatus &status)
{
    m_shown->setText(withStrongNumber(status.shown));
    m_shown->setVisible(!status.shown.isEmpty());
    m_selected->setText(withStrongNumber(status.selected));
    m_selected->setVisible(!status.selected.isEmpty());
}

void StatusLine::setNews(const StatusNews &news)
{
    const QLocale locale;
    m_updates->setText(tr("%1 updates/s").arg(locale.toString(qRound64(news.updates))));
    m_updates->setMinimumWidth(m_updates->fontMetrics().horizontalAdvance(tr("%1 updates/s").arg(u"8,888"_s)));
    m_updates->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_updates->setVisible(news.revision >= 0);
    m_revision->setText(tr("rev %1").arg(locale.toString(news.revision)));
    m_revision->setVisible(news.revision >= 0);
    if (news.skew) {
        const auto ms = news.skew->count();
        const QString sign = ms < 0 ? u"−"_s : u"+"_s;
        const QString size = std::abs(ms) < 10'000 ? tr("%1 ms").arg(locale.toString(std::abs(ms)))
                                                   : tr("%1 s").arg(locale.toString(std::abs(ms) / 1000));
        m_skew->setText(tr("Clock %1").arg(sign + size));
        m_skew->setToolTip(tr("How far the daemon's clock is from this computer's"));
    }
    m_skew->setVisible(news.skew.has_value());
    m_user->setText(news.user.isEmpty() ? tr("not signed in").toHtmlEscaped()
                                        : u"%1 · %2"_s.arg(news.user, news.level).toHtmlEscaped());
}

void StatusLine::setHint(const QString &hint)
{
    m_hint->setText(hint.section(u'\n', 0, 0));
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Window));
    painter.fillRect(QRect(0, 0, width(), 1), m_look.color(Tint::Border));
}

} // namespace Drover
