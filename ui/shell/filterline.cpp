#include "ui/shell/filterline.h"

#include "backend/protocol/filter.h"
#include "ui/shell/filtertoken.h"
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto pauseOfTyping = 180ms;

QString reasonOf(const Error &error)
{
    if (error.problems.isEmpty())
        return error.message;
    const Problem &problem = error.problems.first();
    return problem.remedy.isEmpty() ? problem.reason : problem.reason + u". "_s + problem.remedy;
}

} // namespace

FilterLine::FilterLine(const Look &look, QWidget *parent)
    : QFrame(parent), m_look(look), m_layout(new QHBoxLayout(this)), m_edit(new QLineEdit), m_keys(new QLabel),
      m_problemLine(new QLabel), m_completer(new QCompleter(this)), m_proposals(new QStandardItemModel(this))
{
    setObjectName(u"filterLine"_s);
    m_edit->setObjectName(u"filterEdit"_s);
    m_edit->setFrame(false);
    m_edit->setMaxLength(16 * 1024);
    m_edit->setAttribute(Qt::WA_MacShowFocusRect, false);
    m_edit->installEventFilter(this);
    m_keys->setObjectName(u"filterKeys"_s);
    m_problemLine->setObjectName(u"filterProblem"_s);
    m_problemLine->setWordWrap(true);
    m_problemLine->setAutoFillBackground(true);
    m_problemLine->setMargin(6);
    m_problemLine->hide();
    m_layout->setContentsMargins(32, 0, 10, 0);
    m_layout->setSpacing(6);
    m_layout->addWidget(m_edit, 1);
    m_layout->addWidget(m_keys);
    m_completer->setModel(m_proposals);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setWidget(m_edit);
    m_completer->setMaxVisibleItems(12);
    m_completer->popup()->setObjectName(u"filterProposals"_s);
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &FilterLine::accept);
    connect(m_edit, &QLineEdit::textEdited, this, &FilterLine::edited);
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseOfTyping);
    connect(&m_pause, &QTimer::timeout, this, &FilterLine::apply);
    applyLook();
    connect(&look, &Look::changed, this, &FilterLine::applyLook);
    setSubject(FilterUse::None, {});
}

void FilterLine::applyLook()
{
    setFixedHeight(m_look.scaled(30));
    m_keys->setFont(m_look.font(FontUse::Caption));
    QPalette quiet = m_keys->palette();
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
    m_keys->setPalette(quiet);
    QPalette wrong = m_problemLine->palette();
    wrong.setColor(QPalette::Window, m_look.color(Tint::ErrSoft));
    wrong.setColor(QPalette::WindowText, m_look.color(Tint::Text1));
    m_problemLine->setPalette(wrong);
    QPalette bare = m_edit->palette();
    bare.setColor(QPalette::Base, Qt::transparent);
    m_edit->setPalette(bare);
    update();
}

std::optional<FilterSubject> FilterLine::subject() const
{
    switch (m_use) {
    case FilterUse::Tasks: return FilterSubject::Task;
    case FilterUse::Audit: return FilterSubject::Audit;
    default: return {};
    }
}

void FilterLine::setSubject(FilterUse use, const QString &what)
{
    if (m_use != use || m_what != what)
        m_applied += u'\0'; // of another view: what it has is shown anew
    m_use = use;
    m_what = what;
    setEnabled(use != FilterUse::None);
    const QString hint = use == FilterUse::None ? tr("Nothing to filter here")
                         : subject()            ? tr("Filter: field:value, words, or paste ids")
                                                : tr("Filter %1").arg(what);
    m_edit->setPlaceholderText(hint);
    m_edit->setAccessibleName(subject() ? tr("Filter") : hint);
    setToolTip(use == FilterUse::None ? tr("This view has no list to filter") : QString());
}

void FilterLine::setFilter(const QString &filter)
{
    if (filter == m_applied)
        return; // what is being typed, right or wrong, is not lost
    m_applied = filter;
    m_pause.stop();
    say({});
    if (!subject()) {
        showTokens({});
        if (m_edit->text() != filter)
            m_edit->setText(filter);
        return;
    }
    const Result<Filter> parsed = Filter::parse(filter, *subject());
    QStringList tokens;
    if (parsed) {
        for (const FilterNode &node : parsed->conjuncts())
            tokens.append(printed(node));
    }
    showTokens(tokens);
    m_edit->setText(parsed ? QString() : filter);
}

QStringList FilterLine::tokenFilters() const
{
    QStringList filters;
    for (const FilterToken *token : m_tokens)
        filters.append(token->filter());
    return filters;
}

QString FilterLine::filter() const
{
    if (!subject())
        return m_edit->text();
    QStringList parts = tokenFilters();
    // A token that is an `or` keeps its meaning beside others.
    if (parts.size() + !m_edit->text().trimmed().isEmpty() > 1) {
        for (QString &part : parts) {
            const Result<Filter> parsed = Filter::parse(part, *subject());
            if (parsed && parsed->root().kind == FilterNode::Kind::Or)
                part = u'(' + part + u')';
        }
    }
    if (!m_edit->text().trimmed().isEmpty())
        parts.append(parts.isEmpty() ? m_edit->text().trimmed() : u'(' + m_edit->text().trimmed() + u')');
    return parts.join(u' ');
}

void FilterLine::showTokens(const QStringList &filters)
{
    if (tokenFilters() == filters)
        return;
    for (FilterToken *token : std::as_const(m_tokens)) {
        token->hide();
        token->deleteLater();
    }
    m_tokens.clear();
    for (const QString &filter : filters) {
        auto *token = new FilterToken(m_look, filter, this);
        token->setObjectName(u"filterToken"_s);
        m_layout->insertWidget(int(m_tokens.size()), token);
        m_tokens.append(token);
        connect(token, &FilterToken::removed, this, [this, token] { removeToken(token); });
        connect(token, &FilterToken::clicked, this, [this, token] {
            const QString text = token->filter();
            QStringList rest = tokenFilters();
            rest.removeAt(m_tokens.indexOf(token));
            showTokens(rest);
            m_edit->setText(QStringList{m_edit->text().trimmed(), text}.join(u' ').trimmed());
            m_edit->setFocus();
        });
        token->show();
    }
}

void FilterLine::removeToken(FilterToken *token)
{
    QStringList rest = tokenFilters();
    rest.removeAt(m_tokens.indexOf(token));
    showTokens(rest);
    apply();
}

void FilterLine::apply()
{
    m_pause.stop();
    const QString wanted = filter().trimmed();
    if (subject()) {
        const Result<Filter> parsed = Filter::parse(wanted, *subject());
        if (!parsed) {
            say(reasonOf(parsed.error()));
            return;
        }
        m_applied = wanted + u'\0'; // so that the tokens are made anew
        setFilter(parsed->print());
    } else {
        m_applied = wanted;
    }
    say({});
    emit entered(m_applied);
}

void FilterLine::edited()
{
    for (FilterToken *token : std::as_const(m_tokens))
        token->setSelected(false);
    if (subject())
        propose();
    else
        m_pause.start();
    if (!m_problem.isEmpty())
        say({});
}

void FilterLine::propose()
{
    m_present = proposalsFor(m_edit->text(), m_edit->cursorPosition(), *subject(), m_names);
    m_proposals->clear();
    for (const FilterProposal &proposal : std::as_const(m_present.proposals)) {
        auto *item = new QStandardItem(proposal.words.isEmpty() ? proposal.text : proposal.text + u"   "_s + proposal.words);
        item->setData(proposal.text, Qt::UserRole);
        m_proposals->appendRow(item);
    }
    if (m_present.proposals.isEmpty() || m_edit->text().isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    const int x = m_edit->inputMethodQuery(Qt::ImCursorRectangle).toRect().left();
    m_completer->complete(QRect(std::max(0, x - 8), 0, m_look.scaled(340), m_edit->height() + 4));
}

void FilterLine::accept(const QModelIndex &proposal)
{
    QString text = m_edit->text();
    const QString chosen = proposal.data(Qt::UserRole).toString();
    text.replace(m_present.from, m_present.length, chosen);
    m_edit->setText(text);
    m_edit->setCursorPosition(m_present.from + int(chosen.size()));
    if (chosen.endsWith(u':'))
        QTimer::singleShot(0, this, &FilterLine::propose);
}

bool FilterLine::keyPressed(int key)
{
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        apply();
        if (m_problem.isEmpty())
            emit left();
        return true;
    case Qt::Key_Backspace:
        if (!m_edit->text().isEmpty() || m_tokens.isEmpty())
            return false;
        if (m_tokens.last()->isSelected())
            removeToken(m_tokens.last());
        else
            m_tokens.last()->setSelected(true);
        return true;
    case Qt::Key_Escape:
        if (m_problem.isEmpty() && (m_edit->text().isEmpty() || !subject())) {
            emit left();
        } else {
            const QString before = m_applied;
            m_applied += u'\0';
            m_edit->clear();
            setFilter(before);
        }
        return true;
    case Qt::Key_Down:
        if (m_edit->text().isEmpty() || !subject())
            emit left();
        else
            propose();
        return true;
    default: return false;
    }
}

bool FilterLine::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit) {
        if (event->type() == QEvent::KeyPress && keyPressed(static_cast<QKeyEvent *>(event)->key()))
            return true;
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
            update();
    }
    return QFrame::eventFilter(watched, event);
}

void FilterLine::take()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void FilterLine::clear()
{
    showTokens({});
    m_edit->clear();
    apply();
}

void FilterLine::setKeys(const QString &keys)
{
    m_keys->setText(keys);
    m_keys->setVisible(!keys.isEmpty());
}

void FilterLine::say(const QString &problem)
{
    m_problem = problem;
    m_problemLine->setText(problem);
    m_problemLine->setVisible(!problem.isEmpty());
    m_edit->setAccessibleDescription(problem);
    placeProblem();
    update();
}

void FilterLine::placeProblem()
{
    if (m_problem.isEmpty())
        return;
    if (m_problemLine->parentWidget() != window())
        m_problemLine->setParent(window());
    const QPoint below = mapTo(window(), QPoint(0, height() + 3));
    m_problemLine->setGeometry(QRect(below, QSize(width(), m_problemLine->heightForWidth(width()))));
    m_problemLine->show();
    m_problemLine->raise();
}

void FilterLine::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    placeProblem();
}

void FilterLine::mousePressEvent(QMouseEvent *)
{
    m_edit->setFocus();
}

void FilterLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool wrong = !m_problem.isEmpty();
    painter.setPen(QPen(m_look.color(wrong ? Tint::Failed : m_look.isHighContrast() ? Tint::BorderStrong : Tint::Border), 1));
    painter.setBrush(m_look.color(isEnabled() ? Tint::Surface : Tint::Window));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (m_edit->hasFocus() && !wrong)
        drawFocusRing(painter, m_look, rect(), 6);
    painter.drawPixmap(10, (height() - 16) / 2, m_look.pixmap(u"search"_s, Tint::Text3, 16, devicePixelRatioF()));
    if (!m_keys->isVisible())
        return;
    const QRectF key = QRectF(m_keys->geometry()).adjusted(-5, (m_keys->height() - 18) / 2.0, 5, -(m_keys->height() - 18) / 2.0);
    painter.setPen(QPen(m_look.color(Tint::Border), 1));
    painter.setBrush(m_look.color(Tint::Window));
    painter.drawRoundedRect(key.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

} // namespace Drover
