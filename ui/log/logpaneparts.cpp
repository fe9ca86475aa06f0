// Tool line and footer of LogPane.

#include "ui/log/logpane.h"

#include "backend/base/size.h"
#include "backend/protocol/enumtext.h"
#include "ui/log/loghitmodel.h"
#include "ui/log/logview.h"
#include "ui/widgets/look.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

void tint(QLabel *label, const QColor &color)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

QString streamWords(Stream stream)
{
    switch (stream) {
    case Stream::Out: return LogPane::tr("stdout");
    case Stream::Err: return LogPane::tr("stderr");
    case Stream::Both: break;
    }
    return LogPane::tr("stdout + stderr");
}

} // namespace

void LogPane::build()
{
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addWidget(buildTools());
    m_place = new QWidget(this);
    auto *place = new QHBoxLayout(m_place);
    place->setContentsMargins(0, 1, 0, 1); // the lines between areas
    place->setSpacing(1);
    m_empty = new QLabel(tr("Choose a task to see its log"), m_place);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setObjectName(u"logEmpty"_s);
    place->addWidget(m_empty);
    m_hitList = new QListView(m_place);
    m_hitList->setObjectName(u"logHits"_s);
    m_hitList->setAccessibleName(tr("Lines with hits"));
    m_hitList->setUniformItemSizes(true);
    m_hitList->setFrameShape(QFrame::NoFrame);
    m_hitList->hide();
    place->addWidget(m_hitList);
    connect(m_hitList, &QListView::activated, this, [this](const QModelIndex &index) {
        m_view->setFollows(false);
        m_view->show(index.data(LogHitModel::OffsetRole).toLongLong());
    });
    connect(m_hitList, &QListView::clicked, m_hitList, &QListView::activated);
    m_layout->addWidget(m_place, 1);
    m_layout->addWidget(buildFooter());
}

QToolButton *LogPane::button(const QString &icon, const QString &actionId, const QString &name)
{
    auto *button = new QToolButton(this);
    button->setObjectName(actionId);
    button->setIcon(m_look.icon(icon));
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFocusPolicy(Qt::TabFocus);
    button->setFixedSize(m_look.scaled(28), m_look.scaled(26));
    connect(button, &QToolButton::clicked, this, [this, actionId] { emit actionWanted(actionId); });
    return button;
}

QWidget *LogPane::buildTools()
{
    auto *tools = new QWidget(this);
    tools->setObjectName(u"logTools"_s);
    auto *line = new QHBoxLayout(tools);
    line->setContentsMargins(12, 3, 8, 3);
    line->setSpacing(8);
    m_title = new QLabel(tools);
    m_title->setObjectName(u"logTitle"_s);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setMinimumWidth(m_look.scaled(60));
    line->addWidget(m_title, 0);
    const auto picker = [&](const QString &name, const QString &words) {
        auto *button = new QToolButton(tools);
        button->setObjectName(name);
        button->setAccessibleName(words);
        button->setToolTip(words);
        button->setAutoRaise(true);
        button->setPopupMode(QToolButton::InstantPopup);
        button->setMenu(new QMenu(button));
        line->addWidget(button);
        return button;
    };
    m_streamButton = picker(u"logStream"_s, tr("What is shown: stdout, stderr, or both in order"));
    for (const Stream each : {Stream::Both, Stream::Out, Stream::Err}) {
        m_streamButton->menu()->addAction(streamWords(each), this, [this, each] {
            setStream(each);
            updateTools();
            emit streamChosen();
        });
    }
    m_attemptButton = picker(u"logAttempt"_s, tr("Attempt that is shown"));
    connect(m_attemptButton->menu(), &QMenu::aboutToShow, this, &LogPane::onMenuOfAttempts);
    line->addStretch(1);
    m_find = new QLineEdit(tools);
    m_find->setObjectName(u"logFind"_s);
    m_find->setPlaceholderText(tr("Find in the log"));
    m_find->setAccessibleName(tr("Find in the log"));
    m_find->addAction(m_look.icon(u"search"_s), QLineEdit::LeadingPosition);
    m_find->setMinimumWidth(m_look.scaled(160));
    m_find->setMaximumWidth(m_look.scaled(260));
    m_find->installEventFilter(this);
    m_count = new QLabel(m_find);
    m_count->setObjectName(u"logCount"_s);
    m_count->setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString &text) { find({text, m_isExpression, !m_matchesCase}); });
    line->addWidget(m_find, 2);
    m_followButton = button(u"follow"_s, u"log.follow"_s, tr("Follow the end (End)"));
    m_followButton->setCheckable(true);
    m_wrapButton = button(u"wrap"_s, u"log.wrap"_s, tr("Wrap long lines"));
    m_wrapButton->setCheckable(true);
    for (QToolButton *each : {m_followButton, m_wrapButton, button(u"export"_s, u"log.save"_s, tr("Save the log…")),
                              button(u"more"_s, u"log.more"_s, tr("More"))})
        line->addWidget(each);
    return tools;
}

QWidget *LogPane::buildFooter()
{
    auto *footer = new QWidget(this);
    auto *line = new QHBoxLayout(footer);
    line->setContentsMargins(12, 2, 12, 2);
    line->setSpacing(12);
    const auto label = [&](const QString &name) {
        auto *each = new QLabel(footer);
        each->setObjectName(name);
        line->addWidget(each);
        return each;
    };
    m_figures = label(u"logFigures"_s);
    m_errors = label(u"logErrors"_s);
    m_warnings = label(u"logWarnings"_s);
    m_filterText = label(u"logFilter"_s);
    line->addStretch(1);
    m_order = label(u"logOrder"_s);
    m_end = label(u"logEnd"_s);
    QLabel *encoding = label(u"logEncoding"_s);
    encoding->setText(u"UTF-8"_s);
    return footer;
}

void LogPane::restyle()
{
    const QFont caption = m_look.font(FontUse::Caption);
    for (QLabel *each : findChildren<QLabel *>()) {
        each->setFont(caption);
        tint(each, m_look.color(Tint::Text2));
    }
    m_title->setFont(m_look.font(FontUse::Body));
    m_empty->setFont(m_look.font(FontUse::Body));
    tint(m_empty, m_look.color(Tint::Text3));
    tint(m_errors, m_look.color(Tint::Failed));
    tint(m_warnings, m_look.color(Tint::Paused));
    for (QToolButton *each : {m_streamButton, m_attemptButton})
        each->setFont(m_look.font(FontUse::Body));
    m_find->setFont(m_look.font(FontUse::Mono));
    m_hitList->setFont(m_look.font(FontUse::Mono));
    m_hitList->setFixedWidth(m_look.scaled(320));
    updateCount();
    update();
}

void LogPane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Window));
    painter.fillRect(m_place->geometry(), m_look.color(Tint::Border));
    painter.fillRect(m_place->geometry().adjusted(0, 1, 0, -1), m_look.color(Tint::Surface));
}

void LogPane::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_view)
        m_view->setFocus(event->reason());
}

bool LogPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_find && event->type() == QEvent::Resize)
        updateCount();
    if (watched != m_find || event->type() != QEvent::KeyPress || !m_view)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        key->modifiers() & Qt::ShiftModifier ? m_search->goPrevious() : m_search->goNext();
        return true;
    case Qt::Key_Escape:
        if (m_find->text().isEmpty())
            m_view->setFocus();
        else
            m_find->clear();
        return true;
    case Qt::Key_Down:
        m_view->setFocus();
        return true;
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void LogPane::focusFind()
{
    m_find->setFocus();
    m_find->selectAll();
}

QString LogPane::attemptWords(const Attempt &attempt) const
{
    QString words = tr("Attempt %1").arg(attempt.n);
    if (isSet(attempt.ended))
        words += u": "_s + (attempt.state == TaskState::Succeeded ? enumText(attempt.state) : enumText(attempt.endReason));
    return words;
}

void LogPane::onMenuOfAttempts()
{
    QMenu *menu = m_attemptButton->menu();
    menu->clear();
    for (const Attempt &each : std::as_const(m_attempts)) {
        QAction *action = menu->addAction(attemptWords(each), this, [this, n = each.n] {
            setAttempt(n);
            emit attemptChosen(n);
        });
        action->setCheckable(true);
        action->setChecked(each.n == m_attempt.n || (m_attempt.n == 0 && each.n == m_attempts.last().n));
    }
}

void LogPane::updateTools()
{
    const int latest = m_attempts.isEmpty() ? 0 : m_attempts.last().n;
    const int n = m_attempt.n > 0 ? m_attempt.n : latest;
    QString name = m_name;
    if (name.isEmpty() && !m_attempt.task.isNull())
        name = tr("Task %1").arg(m_attempt.task.value);
    m_title->setText(m_title->fontMetrics().elidedText(name, Qt::ElideMiddle, m_look.scaled(360)));
    m_title->setToolTip(name);
    m_streamButton->setText(streamWords(m_stream));
    m_attemptButton->setText(n > 0 ? tr("Attempt %1").arg(n) : tr("Attempt"));
    m_attemptButton->setEnabled(!m_attempts.isEmpty());
    for (QWidget *each : {static_cast<QWidget *>(m_find), static_cast<QWidget *>(m_followButton), static_cast<QWidget *>(m_wrapButton)})
        each->setEnabled(isOpen());
    m_followButton->setChecked(m_view && m_view->follows());
    m_wrapButton->setChecked(m_view && m_view->wraps());
    emit changed();
}

void LogPane::updateCount()
{
    QString text;
    bool isWrong = false;
    if (m_search && m_search->isActive()) {
        const QLocale locale;
        const QString count = locale.toString(qlonglong(m_search->hits().size())) + (m_search->isDone() && !m_search->isFull() ? QString() : u"+"_s);
        isWrong = !m_search->error().isEmpty();
        if (isWrong)
            text = tr("error");
        else if (m_search->hits().empty())
            text = m_search->isDone() ? tr("none") : u"…"_s;
        else if (m_search->current() < 0)
            text = tr("of %1").arg(count);
        else
            text = tr("%1 of %2").arg(locale.toString(qlonglong(m_search->current() + 1)), count);
    }
    m_count->setText(text);
    m_count->setFont(m_look.font(FontUse::Caption));
    tint(m_count, m_look.color(isWrong ? Tint::Failed : Tint::Text3));
    m_find->setToolTip(isWrong ? m_search->error() : tr("Regular expression; Enter and Shift+Enter go from hit to hit"));
    m_count->adjustSize();
    m_count->move(m_find->width() - m_count->width() - m_look.scaled(8), (m_find->height() - m_count->height()) / 2);
    m_find->setTextMargins(0, 0, m_count->width() + m_look.scaled(4), 0);
    emit changed();
}

void LogPane::updateFooter()
{
    const bool isKnown = m_document && m_document->isKnown();
    for (QLabel *each : {m_figures, m_errors, m_warnings, m_filterText, m_order, m_end})
        each->setVisible(isKnown);
    if (!isKnown)
        return;
    const OutputInfo &info = m_document->info();
    const QLocale locale;
    const QString lines = (info.lines == 1 ? tr("1 line") : tr("%1 lines").arg(locale.toString(qlonglong(info.lines))))
        + (m_document->isCounted() ? QString() : u"+"_s);
    m_figures->setText(lines + u", "_s + printedSize(info.size));
    m_errors->setText(info.errors == 1 ? tr("1 error") : tr("%1 errors").arg(locale.toString(qlonglong(info.errors))));
    m_errors->setVisible(info.errors > 0);
    m_warnings->setText(info.warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(locale.toString(qlonglong(info.warnings))));
    m_warnings->setVisible(info.warnings > 0);
    QString filter;
    if (m_filter->isActive()) {
        filter = m_filter->error().isEmpty() ? tr("%1 lines shown").arg(locale.toString(qlonglong(m_filter->lines())) + (m_filter->isDone() ? QString() : u"+"_s))
                                             : m_filter->error();
        if (m_filter->isFull())
            filter += tr(", the first ones");
    }
    m_filterText->setText(filter);
    m_order->setText(m_stream == Stream::Both ? tr("order true to 100 ms") : QString());
    QString end = info.ended ? tr("Ended") : tr("Running");
    if (info.ended && isSet(info.last)) {
        const QDateTime utc = QDateTime::fromMSecsSinceEpoch(toMicroseconds(info.last) / 1000, Qt::UTC);
        end = tr("Ended %1").arg((m_look.isUtc() ? utc : utc.toLocalTime()).toString(u"HH:mm:ss"_s));
    }
    m_end->setText(end);
    m_empty->setVisible(info.size == 0);
    if (info.size == 0)
        m_empty->setText(info.ended ? tr("This attempt wrote nothing") : tr("Nothing has been written yet"));
    if (m_view)
        m_view->setVisible(info.size > 0);
}

} // namespace Drover
