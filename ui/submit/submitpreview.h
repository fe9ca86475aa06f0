#pragma once

#include "app/work/workreader.h"

namespace Drover {

enum class PreviewState { Ready, Repeat, Error };

/// One task as it would be queued, or why it cannot be.
struct PreviewTask
{
    PreviewState state = PreviewState::Ready;
    QString name; ///< of an error: where it stands, "work.yaml:12"
    TaskSpec task;
    QString input; ///< file that it takes, and whose size that is
    qint64 inputSize = -1;
    QString problem = {};
    QString remedy = {};
    bool leftOut = false; ///< by the person
    bool wantedAgain = false; ///< a repeat that shall run all the same
};

/// What a draft comes to.
struct SubmitPreview
{
    QList<PreviewTask> tasks;
    QString batch; ///< of a spec; empty: not said
    QString project;

    qsizetype count(PreviewState state) const;
};

} // namespace Drover
