#include "ui/diagnostics/diagnosticsview.h"

#include "app/client/connection.h"
#include "app/mirror/mirror.h"
#include "app/profiles/consolestate.h"
#include "backend/base/size.h"
#include "backend/base/version.h"
#include "ui/shell/shell.h"
#include "ui/shell/watchdog.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"

#include <QtCore/QFile>
#include <QtCore/QSaveFile>
#include <QtCore/QSysInfo>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QScreen>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

// Pages that this process has in memory; 0 where /proc does not say.
qint64 residentBytes()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').value(0).toLongLong() * 1024;
    }
    return 0;
}

QString milliseconds(double ms)
{
    return DiagnosticsView::tr("%1 ms").arg(QLocale().toString(ms, 'f', 1));
}

} // namespace

DiagnosticsView::DiagnosticsView(Shell &shell)
    : View(shell), m_watchdog(shell.watchdog()), m_column(new QVBoxLayout)
{
    setObjectName(u"view.diagnostics"_s);
    auto *save = new QPushButton(tr("Save a bundle…"));
    save->setObjectName(u"saveBundle"_s);
    save->setIcon(m_desk.look.icon(u"export"_s));
    auto *copy = new QPushButton(tr("Copy"));
    copy->setObjectName(u"copyBundle"_s);
    copy->setIcon(m_desk.look.icon(u"copy"_s));
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(24, 12, 24, 0);
    auto *words = new QLabel(tr("Nothing here is a secret: tokens, invitations and passwords are left out."));
    words->setForegroundRole(QPalette::PlaceholderText);
    bar->addWidget(words, 1);
    bar->addWidget(copy);
    bar->addWidget(save);
    auto *inner = new QWidget;
    inner->setLayout(m_column);
    inner->setBackgroundRole(QPalette::Base);
    m_column->setContentsMargins(24, 8, 24, 24);
    m_column->setSpacing(4);
    auto *scroll = new QScrollArea;
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setBackgroundRole(QPalette::Base);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addLayout(bar);
    all->addWidget(scroll, 1);
    connect(save, &QPushButton::clicked, this, &DiagnosticsView::save);
    connect(copy, &QPushButton::clicked, this, [this] { m_shell.copy(bundleText(groups()), tr("Diagnostics")); });
    m_seconds.setInterval(1s);
    connect(&m_seconds, &QTimer::timeout, this, [this] {
        if (isVisible())
            refresh();
    });
    m_seconds.start();
    refresh();
}

QString DiagnosticsView::title() const
{
    return tr("Diagnostics");
}

QString DiagnosticsView::iconName() const
{
    return u"nav-diagnostics"_s;
}

QStringList DiagnosticsView::actionIds() const
{
    return {u"diagnostics.save"_s};
}

void DiagnosticsView::run(const QString &)
{
    save();
}

void DiagnosticsView::activated()
{
    refresh();
}

DiagnosticsGroup DiagnosticsView::connectionGroup() const
{
    const ConnectionStatus &status = m_desk.connection.status();
    const SessionInfo &session = m_desk.connection.session();
    return {tr("Connection"),
            {{tr("State"), status.isReady() ? tr("connected") : tr("not connected")},
             {tr("Address"), status.address.host.isEmpty() ? u"—"_s : printed(status.address)},
             {tr("There and back"), status.isReady() ? tr("%1 ms").arg(status.latency.count()) : u"—"_s},
             {tr("Last heard"), isSet(status.heard) ? toIso(status.heard) : u"—"_s},
             {tr("Failed tries"), QString::number(status.tries)},
             {tr("Last problem"), status.error.message.isEmpty() ? tr("none") : status.error.message},
             {tr("Signed in as"), session.user.isEmpty() ? u"—"_s : tr("%1, %2 on %3").arg(session.user, session.level, session.project)}}};
}

DiagnosticsGroup DiagnosticsView::serverGroup() const
{
    const Mirror &mirror = m_desk.mirror;
    const auto skew = mirror.clockSkew();
    return {tr("Server"),
            {{tr("Daemon"), mirror.session().version.isEmpty() ? u"—"_s : mirror.session().version},
             {tr("Database"), mirror.status().database.isEmpty() ? u"—"_s : mirror.status().database},
             {tr("Agents"), mirror.status().agentVersions.join(u", "_s)},
             {tr("Store and history"), u"%1 / %2"_s.arg(quint64(mirror.session().store), 0, 16).arg(quint64(mirror.session().epoch), 0, 16)},
             {tr("Revision"), QLocale().toString(mirror.revision())},
             {tr("Updates a second"), QLocale().toString(mirror.updatesPerSecond(), 'f', 1)},
             {tr("Its clock against ours"), skew ? tr("%1 ms").arg(skew->count()) : u"—"_s},
             {tr("Mirrored here"), tr("%1 machines, %2 batches, %3 operations")
                                       .arg(mirror.machines().size()).arg(mirror.batches().size()).arg(mirror.operations().size())}}};
}

DiagnosticsGroup DiagnosticsView::programGroup() const
{
    const QScreen *screen = QGuiApplication::primaryScreen();
    return {tr("Program"),
            {{tr("Console"), programVersion()},
             {tr("Qt"), QString::fromLatin1(qVersion())},
             {tr("System"), QSysInfo::prettyProductName() + u", "_s + QSysInfo::currentCpuArchitecture()},
             {tr("Display"), screen ? u"%1, %2 × %3 at %4"_s.arg(QGuiApplication::platformName()).arg(screen->size().width())
                                          .arg(screen->size().height()).arg(devicePixelRatioF())
                                    : QGuiApplication::platformName()},
             {tr("Memory"), printedSize(residentBytes())},
             {tr("Kept in"), m_desk.state.file()}}};
}

DiagnosticsGroup DiagnosticsView::windowGroup() const
{
    DiagnosticsGroup group{tr("Window"),
                           {{tr("Drawing, median"), milliseconds(m_frames.median())},
                            {tr("Drawing, 95 %"), milliseconds(m_frames.p95())},
                            {tr("Drawing, longest"), milliseconds(m_frames.worst())}}};
    if (!m_watchdog)
        return group;
    group.rows.append({tr("Longest without an answer"), tr("%1 ms").arg(m_watchdog->longest().count())});
    const QList<Block> findings = m_watchdog->findings();
    group.rows.append({tr("Times over 50 ms"), QString::number(findings.size())});
    QStringList last;
    for (qsizetype i = findings.size() - 1; i >= std::max<qsizetype>(0, findings.size() - 10); --i) {
        const Block &block = findings.at(i);
        last.append(tr("%1: %2 ms").arg(block.at.toString(Qt::ISODate)).arg(block.length.count())
                    + (block.action.isEmpty() ? QString() : u' ' + block.action));
    }
    group.rows.append({tr("The last of them"), last.isEmpty() ? tr("none") : last.join(u'\n')});
    return group;
}

QList<DiagnosticsGroup> DiagnosticsView::groups() const
{
    return {connectionGroup(), serverGroup(), windowGroup(), programGroup()};
}

void DiagnosticsView::refresh()
{
    const QList<DiagnosticsGroup> all = groups();
    const bool first = m_values.isEmpty();
    for (const DiagnosticsGroup &group : all) {
        QGridLayout *grid = nullptr;
        if (first) {
            auto *head = new QLabel(group.title);
            head->setFont(m_desk.look.font(FontUse::Details));
            head->setContentsMargins(0, 12, 0, 4);
            grid = new QGridLayout;
            grid->setColumnMinimumWidth(0, m_desk.look.scaled(190));
            grid->setColumnStretch(1, 1);
            grid->setVerticalSpacing(5);
            m_column->addWidget(head);
            m_column->addLayout(grid);
        }
        for (const auto &[name, value] : group.rows) {
            QLabel *&label = m_values[group.title + u'/' + name];
            if (!label) {
                auto *key = new QLabel(name);
                key->setForegroundRole(QPalette::PlaceholderText);
                key->setAlignment(Qt::AlignTop | Qt::AlignLeft);
                label = new QLabel;
                label->setTextFormat(Qt::PlainText);
                label->setTextInteractionFlags(Qt::TextSelectableByMouse);
                label->setWordWrap(true);
                label->setAccessibleName(name);
                if (!grid)
                    continue;
                const int row = grid->rowCount();
                grid->addWidget(key, row, 0);
                grid->addWidget(label, row, 1);
            }
            if (label->text() != value)
                label->setText(value);
        }
    }
    if (first)
        m_column->addStretch(1);
}

void DiagnosticsView::save()
{
    auto *dialog = new QFileDialog(this, tr("Save a bundle"), u"drover-diagnostics.txt"_s, tr("Text (*.txt)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const QString text = bundleText(groups());
    connect(dialog, &QFileDialog::fileSelected, this, [this, text](const QString &path) {
        QSaveFile file(path);
        if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit())
            m_desk.notices.tell(tr("Saved %1").arg(path));
        else
            m_desk.notices.tellError(tr("The bundle is not saved"), Error{ErrorCode::Io, file.errorString()});
    });
    dialog->open();
}

ViewKind diagnosticsKind()
{
    ViewKind kind;
    kind.id = u"diagnostics"_s;
    kind.title = DiagnosticsView::tr("Diagnostics");
    kind.icon = u"nav-diagnostics"_s;
    kind.place = Place::RailFoot;
    kind.create = [](Shell &shell, const ObjectLink &) { return new DiagnosticsView(shell); };
    kind.registerActions = [](ActionRegistry &actions) {
        actions.add({u"diagnostics.save"_s, DiagnosticsView::tr("Save a diagnostics bundle…"), u"export"_s,
                     DiagnosticsView::tr("Diagnostics"), {}, {}, Reversible::ChangesNothing, ShortcutScope::Window,
                     DiagnosticsView::tr("Link, figures and versions as text, without secrets")});
    };
    return kind;
}

} // namespace Drover
