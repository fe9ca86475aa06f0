#pragma once

#include "tests/ui/widgets/consoledesk.h"
#include "ui/shell/shell.h"

namespace Drover {

/// A shell that keeps what it was asked.
class TestShell : public Shell
{
    Q_OBJECT

public:
    explicit TestShell(ConsoleDesk &console) : m_console(console) { }

    Desk &desk() override { return *m_console.desk; }
    void open(const ObjectLink &link, OpenIn where) override
    {
        opened.append(link.text() + (where == OpenIn::NewTab ? " in a new tab" : ""));
    }
    void showView(const QString &id, const QString &filter) override { opened.append(id + ' ' + filter); }
    void setCurrentObject(const ObjectLink &link) override
    {
        m_current = link;
        emit currentObjectChanged(link);
    }
    ObjectLink currentObject() const override { return m_current; }
    void showDock(const QString &id) override { docks.append(id); }
    void showSheet(QWidget *content, int) override { sheet.reset(content); }
    void closeSheet(QWidget *content) override
    {
        if (sheet.get() == content) {
            sheet.release()->deleteLater();
            ++closed;
        }
    }
    void copy(const QString &text, const QString &) override { copies.append(text); }

    QStringList opened;
    QStringList docks;
    QStringList copies;
    std::unique_ptr<QWidget> sheet;
    int closed = 0;

private:
    ConsoleDesk &m_console;
    ObjectLink m_current;
};

} // namespace Drover
