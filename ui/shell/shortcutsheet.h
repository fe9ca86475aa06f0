#pragma once

#include "ui/widgets/sheetcontent.h"

namespace Drover {

class ActionRegistry;

/// All keys on one sheet, by section.
class ShortcutSheet : public SheetContent
{
    Q_OBJECT

public:
    ShortcutSheet(Look &look, const ActionRegistry &actions);
};

} // namespace Drover
