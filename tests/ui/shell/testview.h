#pragma once

#include "ui/shell/shell.h"
#include "ui/shell/view.h"
#include "ui/shell/viewkind.h"
#include "ui/widgets/actionregistry.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

namespace Drover {

/// A view that keeps what it was asked.
class TestView : public View
{
    Q_OBJECT

public:
    TestView(Shell &shell, const QString &name, const ObjectLink &object)
        : View(shell), m_name(name), m_object(object), list(new QListWidget), edit(new QLineEdit)
    {
        auto *column = new QVBoxLayout(this);
        column->addWidget(list);
        column->addWidget(edit);
        setFocusProxy(list);
    }

    QString title() const override { return m_object.isNull() ? m_name : m_name + u' ' + m_object.id; }
    QString iconName() const override { return u"nav-tasks"_qs; }
    ObjectLink object() const override { return m_object; }
    FilterUse filterUse() const override { return FilterUse::Tasks; }
    QString filter() const override { return m_filter; }
    void setFilter(const QString &filter) override { m_filter = filter; }
    ViewStatus status() const override { return {u"3 shown of 7"_qs, u"1 selected"_qs}; }
    QStringList actionIds() const override { return {m_name + u".retry"_qs, m_name + u".kill"_qs}; }
    QString whyNot(const QString &id) const override { return id.endsWith(u".kill"_qs) ? blocked : QString(); }
    void run(const QString &id) override { ran.append(id); }
    bool goBack() override { return back-- > 0; }
    QJsonObject saved() const override { return state; }
    void restore(const QJsonObject &object) override { state = object; }
    void goTo(const ObjectLink &link) override { gone = link; }

    QString m_name;
    ObjectLink m_object;
    QString m_filter;
    QListWidget *list;
    QLineEdit *edit;
    QStringList ran;
    QString blocked = u"nothing runs"_qs;
    int back = 0;
    QJsonObject state;
    ObjectLink gone;
};

inline ViewKind testKind(const QString &id, Place place, const QStringList &opens = {})
{
    ViewKind kind;
    kind.id = id;
    kind.title = id;
    kind.icon = u"nav-tasks"_qs;
    kind.place = place;
    kind.opens = opens;
    kind.create = [id](Shell &shell, const ObjectLink &object) {
        return new TestView(shell, id, object.kind == u"view"_qs ? ObjectLink() : object);
    };
    kind.registerActions = [id](ActionRegistry &actions) {
        ActionSpec retry;
        retry.id = id + u".retry"_qs;
        retry.text = u"Retry "_qs + id;
        retry.section = id;
        retry.shortcut = QKeySequence(u"R"_qs);
        retry.scope = ShortcutScope::Table;
        actions.add(retry);
        ActionSpec kill;
        kill.id = id + u".kill"_qs;
        kill.text = u"Kill "_qs + id;
        kill.section = id;
        actions.add(kill);
    };
    return kind;
}

} // namespace Drover
