#include "ui/preferences/shortcuteditor.h"

#include "ui/preferences/shortcutmodel.h"
#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QKeySequenceEdit>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// Edits keys by pressing them; marks those that conflict.
class KeyDelegate : public QStyledItemDelegate
{
public:
    KeyDelegate(const Look &look, QObject *parent) : QStyledItemDelegate(parent), m_look(look) { }

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        auto *edit = new QKeySequenceEdit(parent);
        edit->setObjectName(u"keyEdit"_s);
        connect(edit, &QKeySequenceEdit::editingFinished, this, [this, edit] {
            auto *self = const_cast<KeyDelegate *>(this);
            emit self->commitData(edit);
            emit self->closeEditor(edit);
        });
        return edit;
    }

    void setEditorData(QWidget *editor, const QModelIndex &index) const override
    {
        static_cast<QKeySequenceEdit *>(editor)->setKeySequence(
            QKeySequence::fromString(index.data(Qt::EditRole).toString(), QKeySequence::PortableText));
    }

    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override
    {
        const QKeySequence keys = static_cast<QKeySequenceEdit *>(editor)->keySequence();
        // One chord: what comes after it was pressed by mistake.
        model->setData(index, QKeySequence(keys[0]).toString(QKeySequence::PortableText), Qt::EditRole);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!index.data(ShortcutModel::ConflictRole).toString().isEmpty())
            option->palette.setColor(QPalette::Text, m_look.color(Tint::Failed));
    }

private:
    const Look &m_look;
};

} // namespace

ShortcutEditor::ShortcutEditor(Look &look, ActionRegistry &actions, QWidget *parent)
    : QWidget(parent), m_look(look), m_model(new ShortcutModel(actions, this)), m_table(new QTableView), m_conflict(new QLabel)
{
    auto *search = new QLineEdit;
    search->setObjectName(u"shortcutSearch"_s);
    search->setPlaceholderText(tr("Find an action or a key"));
    search->setAccessibleName(search->placeholderText());
    auto *none = new QPushButton(tr("No keys"));
    none->setObjectName(u"clearKeys"_s);
    auto *standard = new QPushButton(tr("Standard keys"));
    standard->setObjectName(u"standardKeys"_s);
    auto *all = new QPushButton(tr("All to standard"));
    all->setObjectName(u"allStandardKeys"_s);
    auto *line = new QHBoxLayout;
    line->addWidget(search, 1);
    for (QPushButton *button : {none, standard, all})
        line->addWidget(button);
    m_table->setObjectName(u"shortcuts"_s);
    m_table->setAccessibleName(tr("Shortcuts"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(ShortcutModel::Keys, new KeyDelegate(look, this));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutModel::Name, QHeaderView::Stretch);
    m_conflict->setObjectName(u"keyConflict"_s);
    m_conflict->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(line);
    column->addWidget(m_table, 1);
    column->addWidget(m_conflict);
    connect(search, &QLineEdit::textChanged, m_model, &ShortcutModel::setWords);
    connect(all, &QPushButton::clicked, m_model, &ShortcutModel::resetAll);
    connect(standard, &QPushButton::clicked, this, [this] { m_model->reset(m_table->currentIndex()); });
    connect(none, &QPushButton::clicked, this, [this] {
        const QModelIndex index = m_table->currentIndex();
        if (index.isValid())
            m_model->setData(index.siblingAtColumn(ShortcutModel::Keys), QString(), Qt::EditRole);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ShortcutEditor::sayConflict);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &ShortcutEditor::sayConflict);
    connect(&look, &Look::changed, this, &ShortcutEditor::applyLook);
    applyLook();
    sayConflict();
}

void ShortcutEditor::applyLook()
{
    m_table->verticalHeader()->setDefaultSectionSize(m_look.rowHeight());
    m_table->setColumnWidth(ShortcutModel::Section, m_look.scaled(120));
    m_table->setColumnWidth(ShortcutModel::Keys, m_look.scaled(140));
    m_table->setColumnWidth(ShortcutModel::Standard, m_look.scaled(130));
}

void ShortcutEditor::sayConflict()
{
    const QString with = m_table->currentIndex().data(ShortcutModel::ConflictRole).toString();
    m_conflict->setText(with.isEmpty() ? tr("Double-click the keys of an action, then press new ones.")
                                       : tr("The same keys: %1. Only one of them will be heard.").arg(with));
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, m_look.color(with.isEmpty() ? Tint::Text3 : Tint::Failed));
    m_conflict->setPalette(palette);
}

} // namespace Drover
