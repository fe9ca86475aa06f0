#pragma once

#include "ui/shell/filtercompletion.h"
#include "ui/shell/view.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

QT_FORWARD_DECLARE_CLASS(QCompleter)
QT_FORWARD_DECLARE_CLASS(QHBoxLayout)
QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QStandardItemModel)

namespace Drover {

class FilterToken;
class Look;

/// The filter at the top: the topmost conjuncts as tokens, and what is being typed. For plain words it
/// acts while one types; a filter by the grammar acts at Enter, or when a token goes, and only when it
/// is right: what is wrong is said in a line below, and the old filter stays. GUI thread.
class FilterLine : public QFrame
{
    Q_OBJECT

public:
    explicit FilterLine(const Look &look, QWidget *parent = nullptr);

    /// What the view in front makes of it, and what it has now. Typed text is not lost by it, unless
    /// the filter is another one.
    void setSubject(FilterUse use, const QString &what);
    void setFilter(const QString &filter);
    /// All of it, tokens and what is typed.
    QString filter() const;
    /// What there is of a field that has names.
    void setNames(std::function<QStringList(FilterField)> names) { m_names = std::move(names); }
    void setKeys(const QString &keys);

    void take(); ///< the focus, with all typed text selected
    void clear();
    QString problem() const { return m_problem; }

signals:
    void entered(const QString &filter); ///< it is right
    void left(); ///< Esc, or Down: the keyboard goes back to the view

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    std::optional<FilterSubject> subject() const;
    void showTokens(const QStringList &filters);
    QStringList tokenFilters() const;
    void apply();
    void edited();
    void propose();
    void accept(const QModelIndex &proposal);
    bool keyPressed(int key);
    void removeToken(FilterToken *token);
    void say(const QString &problem);
    void applyLook();
    void placeProblem();

    const Look &m_look;
    FilterUse m_use = FilterUse::None;
    QString m_what;
    QString m_applied; // as the view has it; with a null behind it: to be shown anew
    QString m_problem;
    std::function<QStringList(FilterField)> m_names;
    QHBoxLayout *m_layout;
    QList<FilterToken *> m_tokens;
    QLineEdit *m_edit;
    QLabel *m_keys;
    QLabel *m_problemLine; // a child of the window: it hangs over what is below
    QCompleter *m_completer;
    QStandardItemModel *m_proposals;
    FilterProposals m_present;
    QTimer m_pause; // after the last key
};

} // namespace Drover
