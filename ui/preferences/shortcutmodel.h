#pragma once

#include <QtCore/QAbstractTableModel>

namespace Drover {

class Action;
class ActionRegistry;

/// Every action with its keys; keys can be edited. GUI thread.
class ShortcutModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Section, Name, Keys, Standard, ColumnCount };
    static constexpr int ConflictRole = Qt::UserRole; ///< names of others with the same keys; empty: none
    static constexpr int IdRole = Qt::UserRole + 1;

    explicit ShortcutModel(ActionRegistry &actions, QObject *parent = nullptr);

    void setWords(const QString &words); ///< only those whose name, section or keys have them
    QModelIndex indexOf(const QString &actionId, Column column) const;
    void reset(const QModelIndex &index); ///< to the standard
    void resetAll();

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// Portable text of the keys; empty: none.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

private:
    void change(Action &action, const QString &keys);
    QString conflictsOf(const Action &action) const;

    ActionRegistry &m_actions;
    QString m_words;
    QList<Action *> m_shown;
};

} // namespace Drover
