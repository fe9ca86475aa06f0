#pragma once

#include "app/work/specnode.h"
#include "ui/submit/droppedfiles.h"

#include <QtCore/QMap>

namespace Drover {

/// How a person says what to run.
enum class SubmitWay { Form, Commands, Spec };

/// What stands in the sheet: nothing is read or checked yet. A value.
struct SubmitDraft
{
    SubmitWay way = SubmitWay::Commands;
    QString command; ///< Form: one command; with data files a template with {}
    QString lines; ///< Commands: one a line; with data files its first line is the template
    QString spec; ///< Spec: YAML or JSON
    QList<DroppedFile> files;
    bool sendsFiles = true; ///< a worker anywhere has them; else their paths stand as they are
    QString batch;
    QMap<QString, QString> fields; ///< by path, "needs.memory", as written; empty ones are not set

    bool hasData() const;
    /// The command that data files and tables go through.
    QString templateLine() const;
};

/// The fields as the reader of specs takes them. Words of `after` are split at commas.
SpecNode nodeOf(const QMap<QString, QString> &fields);

} // namespace Drover
