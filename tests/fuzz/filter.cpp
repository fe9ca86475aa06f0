// Filters, about tasks and about the audit.
#include "tests/fuzz/fuzz.h"

#include "backend/protocol/filter.h"

using namespace Drover;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(bytesOf(data, size));
    (void)Filter::parse(text, FilterSubject::Audit);
    const Result<Filter> filter = Filter::parse(text);
    if (!filter) {
        PROMISE(!filter.error().message.isEmpty());
        return 0;
    }
    const QString print = filter->print();
    const Result<Filter> again = Filter::parse(print);
    // What is printed may only be longer than what is allowed.
    PROMISE(again || again.error().code == ErrorCode::TooLarge);
    if (again)
        PROMISE(again->print() == print);
    Task task;
    task.name = QStringLiteral("align");
    task.labels.insert(QStringLiteral("student"), QStringLiteral("7"));
    const FilterContext context {.now = fromMicroseconds(1'767'312'000'000'000)};
    const bool matches = filter->matches(task, context);
    if (again)
        PROMISE(again->matches(task, context) == matches);
    return 0;
}
