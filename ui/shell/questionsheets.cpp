#include "ui/shell/questionsheets.h"

#include "ui/widgets/look.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QLabel *wrapped(const QString &text, const QColor &color = {})
{
    auto *label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    if (color.isValid()) {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, color);
        label->setPalette(palette);
    }
    return label;
}

} // namespace

QuestionSheet::QuestionSheet(Look &look, const Question &question) : SheetContent(look, question.title)
{
    setObjectName(u"questionSheet"_s);
    for (const QString &line : question.lines)
        body()->addWidget(wrapped(line, look.color(Tint::Text2)));
    if (!question.irreversible.isEmpty())
        body()->addWidget(wrapped(question.irreversible, look.color(Tint::Failed)));
    const QString wanted = QString::number(question.typedCount);
    if (question.typedCount > 0) {
        auto *line = new QHBoxLayout;
        line->addWidget(new QLabel(tr("Type %1 to go on").arg(QLocale().toString(question.typedCount))));
        m_count = new QLineEdit;
        m_count->setObjectName(u"typedCount"_s);
        m_count->setAccessibleName(tr("The number %1").arg(wanted));
        line->addWidget(m_count, 1);
        body()->addLayout(line);
    }
    QPushButton *stay = addClosing(tr("Cancel"));
    const bool dangerous = question.destructive || !question.irreversible.isEmpty();
    setEnterConfirms(!dangerous);
    QPushButton *go = addButton(question.verb, question.destructive ? Kind::Destructive : Kind::Primary);
    go->setObjectName(u"confirm"_s);
    connect(go, &QPushButton::clicked, this, &QuestionSheet::confirmed);
    if (m_count) {
        go->setEnabled(false);
        connect(m_count, &QLineEdit::textChanged, this, [go, wanted](QString text) {
            text.remove(u' ').remove(u',').remove(QChar(0x2009)).remove(QChar(0xa0));
            go->setEnabled(text == wanted);
        });
        m_count->setFocus();
    } else if (dangerous) {
        stay->setFocus(); // Enter must not do what cannot be taken back
        stay->setAutoDefault(true);
    } else {
        go->setFocus();
        go->setAutoDefault(true);
    }
}

TextSheet::TextSheet(Look &look, const QString &title, const QString &label, const QString &initial,
                     std::function<QString(const QString &)> problem)
    : SheetContent(look, title)
{
    setObjectName(u"textSheet"_s);
    auto *words = new QLabel(label);
    auto *edit = new QLineEdit(initial);
    edit->setObjectName(u"answer"_s);
    edit->setAccessibleName(label);
    words->setBuddy(edit);
    QLabel *wrong = wrapped({}, look.color(Tint::Failed));
    wrong->setObjectName(u"answerProblem"_s);
    body()->addWidget(words);
    body()->addWidget(edit);
    body()->addWidget(wrong);
    addClosing(tr("Cancel"));
    QPushButton *go = addButton(tr("OK"), Kind::Primary);
    go->setObjectName(u"confirm"_s);
    const auto check = [edit, wrong, go, problem = std::move(problem)] {
        const QString what = problem ? problem(edit->text()) : QString();
        // Not held against one before anything was typed.
        wrong->setText(edit->isModified() ? what : QString());
        edit->setProperty("wrong", edit->isModified() && !what.isEmpty());
        edit->update();
        go->setEnabled(what.isEmpty());
    };
    connect(edit, &QLineEdit::textChanged, this, check);
    connect(go, &QPushButton::clicked, this, [this, edit] { emit entered(edit->text()); });
    edit->selectAll();
    check();
}

ResultSheet::ResultSheet(Look &look, const QString &title, const QList<std::pair<QString, QString>> &failures, bool canRetry)
    : SheetContent(look, title)
{
    setObjectName(u"resultSheet"_s);
    setBodyMargin(0);
    auto *table = new QTableWidget(int(failures.size()), 2);
    table->setObjectName(u"failures"_s);
    table->setHorizontalHeaderLabels({tr("What"), tr("Why it did not work out")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(look.rowHeight());
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->setColumnWidth(0, look.scaled(260));
    QString text;
    for (int row = 0; row < int(failures.size()); ++row) {
        const auto &[what, why] = failures.at(row);
        table->setItem(row, 0, new QTableWidgetItem(what));
        auto *reason = new QTableWidgetItem(why);
        reason->setToolTip(why);
        table->setItem(row, 1, reason);
        text += what + u'\t' + why + u'\n';
    }
    table->setMinimumHeight(look.scaled(std::clamp(int(failures.size()) * 24 + 30, 120, 380)));
    body()->addWidget(table, 1);
    setOutlook(tr("%n did not work out", nullptr, int(failures.size())));
    QPushButton *copy = addButton(tr("Copy"));
    copy->setObjectName(u"copyFailures"_s);
    connect(copy, &QPushButton::clicked, this, [text] { QGuiApplication::clipboard()->setText(text); });
    addClosing(tr("Close"));
    if (canRetry) {
        QPushButton *again = addButton(tr("Retry these"), Kind::Primary);
        again->setObjectName(u"retryThese"_s);
        connect(again, &QPushButton::clicked, this, &ResultSheet::againAsked);
    }
}

} // namespace Drover
