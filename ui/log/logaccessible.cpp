#include "ui/log/logaccessible.h"

#include "ui/log/logview.h"

#include <QtWidgets/QAccessibleWidget>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// The rows in sight, one line each; the rest of a gigabyte is reached by scrolling, as with eyes.
class LogAccessible : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit LogAccessible(LogView *view) : QAccessibleWidget(view, QAccessible::EditableText) { }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? all() : QAccessibleWidget::text(kind);
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }

    void selection(int, int *start, int *end) const override { *start = *end = 0; }
    int selectionCount() const override { return view().selection().isEmpty() ? 0 : 1; }
    void addSelection(int, int) override { }
    void removeSelection(int) override { view().select({view().cursor(), view().cursor()}); }
    void setSelection(int, int, int) override { }
    int cursorPosition() const override { return 0; }
    void setCursorPosition(int) override { }
    QString text(int from, int to) const override { return all().mid(from, to - from); }
    int characterCount() const override { return int(all().size()); }
    QRect characterRect(int offset) const override
    {
        const int row = int(all().left(offset).count(u'\n'));
        const QRect rect = view().viewport()->rect();
        const int height = rect.height() / std::max(1, view().visibleRows());
        const QPoint corner = view().viewport()->mapToGlobal(QPoint(0, row * height));
        return {corner, QSize(rect.width(), height)};
    }
    int offsetAtPoint(const QPoint &) const override { return 0; }
    void scrollToSubstring(int, int) override { }
    QString attributes(int offset, int *start, int *end) const override
    {
        *start = offset;
        *end = characterCount();
        return {};
    }

private:
    LogView &view() const { return *static_cast<LogView *>(widget()); }
    QString all() const { return view().visibleText().join(u'\n'); }
};

QAccessibleInterface *logInterface(const QString &, QObject *object)
{
    auto *view = qobject_cast<LogView *>(object);
    return view ? new LogAccessible(view) : nullptr;
}

} // namespace

void installLogAccessibility()
{
    static const bool once = (QAccessible::installFactory(logInterface), true);
    Q_UNUSED(once);
}

} // namespace Drover
