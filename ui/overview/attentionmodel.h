#pragma once

#include "app/mirror/mirror.h"
#include "app/work/objectlink.h"
#include "ui/widgets/keyedmodel.h"

namespace Drover {

/// One thing that needs a person.
struct AttentionItem
{
    QString id; ///< the same thing has the same one
    QString icon;
    Tint tint = Tint::Paused;
    QString what;
    QString remedy;
    Instant since; ///< never: not known
    ObjectLink link; ///< what it is about; null: the daemon itself
    QString view; ///< opened with `filter`, where there is no link
    QString filter;
};

/// What needs a person, by how long it has. GUI thread.
class AttentionModel : public KeyedModel<QString>
{
    Q_OBJECT

public:
    explicit AttentionModel(QObject *parent = nullptr);

    void setItems(const QList<AttentionItem> &items, Instant now, bool utc);
    const AttentionItem *itemAt(int row) const;

protected:
    Cell cell(int row, int column) const override;

private:
    QHash<QString, AttentionItem> m_items;
    Instant m_now;
    bool m_utc = true;
};

/// Everything the console knows that needs a person: what the daemon says, machines out of contact or
/// of another version, batches that were held or paused and forgotten, failures, storms. The oldest first; what
/// has no age comes before.
QList<AttentionItem> attentionOf(const Mirror &mirror);

} // namespace Drover
