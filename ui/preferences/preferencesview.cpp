#include "ui/preferences/preferencesview.h"

#include "app/profiles/consolestate.h"
#include "ui/preferences/shortcuteditor.h"
#include "ui/shell/notificationrules.h"
#include "ui/shell/shell.h"
#include "ui/widgets/look.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// What stripes are made of: far apart, and strong on light and dark.
const QStringList &stripeColors()
{
    static const QStringList colors{u"#c42b2b"_s, u"#c25a00"_s, u"#83700a"_s, u"#1b7340"_s,
                                    u"#0b6e8c"_s, u"#4a4fc4"_s, u"#a2478c"_s, u"#5d6675"_s};
    return colors;
}

QIcon swatch(const QColor &color)
{
    QPixmap pixmap(32, 32);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(color);
    return QIcon(pixmap);
}

} // namespace

PreferencesView::PreferencesView(Shell &shell) : View(shell)
{
    setObjectName(u"view.preferences"_s);
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(24, 20, 24, 24);
    column->setSpacing(8);
    inner->setMaximumWidth(m_desk.look.scaled(780));
    addLook(*column);
    addServer(*column);
    addNotifications(*column);
    addKeys(*column);
    for (QComboBox *box : inner->findChildren<QComboBox *>())
        box->setMinimumWidth(m_desk.look.scaled(170));
    auto *scroll = new QScrollArea;
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setBackgroundRole(QPalette::Base);
    inner->setBackgroundRole(QPalette::Base);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    setFocusProxy(findChild<QWidget *>(u"theme"_s));
}

QString PreferencesView::title() const
{
    return tr("Preferences");
}

QString PreferencesView::iconName() const
{
    return u"sliders"_s;
}

QFormLayout *PreferencesView::addGroup(QVBoxLayout &column, const QString &title)
{
    auto *head = new QLabel(title);
    head->setFont(m_desk.look.font(FontUse::Details));
    head->setContentsMargins(0, column.count() ? 16 : 0, 0, 4);
    connect(&m_desk.look, &Look::changed, head, [this, head] { head->setFont(m_desk.look.font(FontUse::Details)); });
    column.addWidget(head);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    column.addLayout(form);
    // Fields of all groups stand in one line.
    auto *ruler = new QWidget;
    ruler->setFixedSize(m_desk.look.scaled(240), 0);
    auto *fields = new QWidget;
    fields->setFixedHeight(0);
    form->addRow(ruler, fields);
    return form;
}

void PreferencesView::addLook(QVBoxLayout &column)
{
    Look &look = m_desk.look;
    QFormLayout *form = addGroup(column, tr("Look"));
    auto *theme = new QComboBox;
    theme->setObjectName(u"theme"_s);
    theme->addItems({tr("As the system"), tr("Light"), tr("Dark"), tr("High contrast")});
    theme->setCurrentIndex(int(look.themeChoice()));
    connect(theme, &QComboBox::activated, this, [&look](int index) { look.setThemeChoice(ThemeChoice(index)); });
    form->addRow(tr("Theme"), theme);
    auto *density = new QComboBox;
    density->setObjectName(u"density"_s);
    density->addItems({tr("Compact"), tr("Cosy")});
    density->setCurrentIndex(int(look.density()));
    connect(density, &QComboBox::activated, this, [&look](int index) { look.setDensity(Density(index)); });
    form->addRow(tr("Rows"), density);
    auto *size = new QDoubleSpinBox;
    size->setObjectName(u"baseSize"_s);
    size->setRange(8.5, 14);
    size->setSingleStep(0.25);
    size->setDecimals(2);
    size->setSuffix(tr(" pt"));
    size->setValue(look.baseSize());
    size->setKeyboardTracking(false);
    connect(size, &QDoubleSpinBox::valueChanged, this, [&look](double points) { look.setBaseSize(points); });
    form->addRow(tr("Size of type"), size);
    auto *times = new QComboBox;
    times->setObjectName(u"times"_s);
    times->addItems({tr("UTC"), tr("Local")});
    times->setCurrentIndex(look.isUtc() ? 0 : 1);
    connect(times, &QComboBox::activated, this, [&look](int index) { look.setUtc(index == 0); });
    form->addRow(tr("Times"), times);
    auto *motion = new QCheckBox(tr("Reduce motion"));
    motion->setObjectName(u"reduceMotion"_s);
    motion->setChecked(look.isReduced());
    connect(motion, &QCheckBox::toggled, this, [&look](bool on) { look.setReduced(on); });
    form->addRow(QString(), motion);
    // What the palette or the status bar changed is shown here too.
    connect(&look, &Look::changed, this, [&look, theme, density, motion] {
        theme->setCurrentIndex(int(look.themeChoice()));
        density->setCurrentIndex(int(look.density()));
        motion->setChecked(look.isReduced());
    });
    connect(&look, &Look::utcChanged, this, [&look, times] { times->setCurrentIndex(look.isUtc() ? 0 : 1); });
}

void PreferencesView::addServer(QVBoxLayout &column)
{
    QFormLayout *form = addGroup(column, tr("This server"));
    auto *kind = new QComboBox;
    kind->setObjectName(u"serverKind"_s);
    kind->addItem(tr("not said"), QString());
    kind->addItem(tr("production"), u"production"_s);
    kind->addItem(tr("staging"), u"staging"_s);
    kind->addItem(tr("test"), u"test"_s);
    kind->setCurrentIndex(std::max(0, kind->findData(m_shell.serverKind())));
    auto *color = new QComboBox;
    color->setObjectName(u"serverColor"_s);
    color->addItem(swatch(m_desk.look.color(Tint::BorderStrong)), tr("none"), QString());
    const QStringList names{tr("red"), tr("orange"), tr("olive"), tr("green"), tr("teal"), tr("indigo"), tr("plum"), tr("slate")};
    for (qsizetype i = 0; i < stripeColors().size(); ++i)
        color->addItem(swatch(QColor(stripeColors().at(i))), names.at(i), stripeColors().at(i));
    color->setCurrentIndex(std::max(0, color->findData(m_shell.serverColor().name())));
    const auto set = [this, kind, color] {
        m_shell.setServerFace(QColor::fromString(color->currentData().toString()), kind->currentData().toString());
    };
    connect(kind, &QComboBox::activated, this, set);
    connect(color, &QComboBox::activated, this, set);
    form->addRow(tr("Kind"), kind);
    form->addRow(tr("Colour of its stripe"), color);
    auto *words = new QLabel(tr("On a production server, what cannot be taken back asks for the count to be typed."));
    words->setForegroundRole(QPalette::PlaceholderText);
    words->setWordWrap(true);
    words->setMinimumWidth(m_desk.look.scaled(460));
    form->addRow(QString(), words);
}

void PreferencesView::addNotifications(QVBoxLayout &column)
{
    QFormLayout *form = addGroup(column, tr("Notifications"));
    const NotificationRules rules = NotificationRules::fromJson(m_desk.state.value(u"notifications"_s).toObject());
    for (int i = 0; i < occasionCount; ++i) {
        auto *how = new QComboBox;
        how->setObjectName(u"notify.%1"_s.arg(i));
        how->addItems({tr("nothing"), tr("in the bell"), tr("on the desktop")});
        how->setCurrentIndex(int(rules.of(Occasion(i))));
        how->setAccessibleName(NotificationRules::words(Occasion(i)));
        connect(how, &QComboBox::activated, this, [this, i](int index) {
            NotificationRules changed = NotificationRules::fromJson(m_desk.state.value(u"notifications"_s).toObject());
            changed.set(Occasion(i), Telling(index));
            m_desk.state.setValue(u"notifications"_s, changed.toJson());
        });
        form->addRow(NotificationRules::words(Occasion(i)), how);
    }
}

void PreferencesView::addKeys(QVBoxLayout &column)
{
    addGroup(column, tr("Shortcuts"));
    auto *keys = new ShortcutEditor(m_desk.look, m_desk.actions);
    keys->setMinimumHeight(m_desk.look.scaled(420));
    column.addWidget(keys, 1);
}

ViewKind preferencesKind()
{
    ViewKind kind;
    kind.id = u"preferences"_s;
    kind.title = PreferencesView::tr("Preferences");
    kind.icon = u"sliders"_s;
    kind.place = Place::RailFoot;
    kind.create = [](Shell &shell, const ObjectLink &) { return new PreferencesView(shell); };
    return kind;
}

} // namespace Drover
