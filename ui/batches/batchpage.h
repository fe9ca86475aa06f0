#pragma once

#include "backend/protocol/batch.h"

#include <QtWidgets/QWidget>

namespace Drover {

/// A tab below the list of batches.
class BatchPage : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString id() const = 0; ///< "causes"; kept, never renamed
    /// The batch in hand, and a step of it or none. Called while the page is in sight, again whenever
    /// the batch is other than before.
    virtual void show(const Batch &batch, const QString &step) = 0;
    /// What stands at the right of the tabs while it is in sight; null: nothing.
    virtual QWidget *corner() { return nullptr; }
};

} // namespace Drover
