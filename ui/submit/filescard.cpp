#include "ui/submit/filescard.h"

#include "ui/widgets/look.h"
#include "ui/widgets/words.h"

#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

#include <numeric>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int iconSize = 20;

QString commonFolder(const QList<DroppedFile> &files)
{
    const QString folder = QFileInfo(files.first().path).dir().dirName();
    const bool same = std::all_of(files.cbegin(), files.cend(), [&](const DroppedFile &file) {
        return QFileInfo(file.path).dir() == QFileInfo(files.first().path).dir();
    });
    return same ? folder : QString();
}

} // namespace

FilesCard::FilesCard(Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_title(new QLabel), m_words(new QLabel),
      m_send(new QCheckBox(tr("Send the files along"))), m_clear(new QPushButton(tr("Remove")))
{
    setObjectName(u"filesCard"_s);
    setAcceptDrops(true);
    m_title->setFont(look.font(FontUse::BodyStrong));
    m_words->setFont(look.font(FontUse::Caption));
    m_words->setForegroundRole(QPalette::PlaceholderText);
    m_send->setObjectName(u"sendFiles"_s);
    m_send->setChecked(true);
    m_send->setToolTip(tr("Each task finds its file in $INPUT on whatever machine it runs. Otherwise the path stands as it is "
                          "here, for machines that share a file system."));
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_words);
    auto *add = new QPushButton(look.icon(u"plus"_s), tr("Add files…"));
    add->setObjectName(u"addFiles"_s);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(16 + iconSize + 12, 8, 12, 8);
    line->addLayout(words, 1);
    line->addWidget(m_send);
    line->addWidget(m_clear);
    line->addWidget(add);
    m_clear->setObjectName(u"removeFiles"_s);
    connect(add, &QPushButton::clicked, this, &FilesCard::choose);
    connect(m_clear, &QPushButton::clicked, this, &FilesCard::cleared);
    connect(m_send, &QCheckBox::toggled, this, &FilesCard::sendsFilesChanged);
    setFiles({});
}

bool FilesCard::sendsFiles() const
{
    return m_send->isChecked();
}

void FilesCard::setFiles(const QList<DroppedFile> &files)
{
    m_clear->setVisible(!files.isEmpty());
    m_send->setVisible(!files.isEmpty());
    if (files.isEmpty()) {
        m_title->setText(tr("Drop files here"));
        m_words->setText(tr("Data goes through the command, one task a file; tables give one task a row; scripts and specs are read."));
        return;
    }
    const qint64 size = std::accumulate(files.cbegin(), files.cend(), qint64(0), [](qint64 sum, const DroppedFile &file) { return sum + file.size; });
    const QString folder = commonFolder(files);
    const QString count = tr("%n file(s)", nullptr, int(files.size()));
    m_title->setText(folder.isEmpty() ? count : tr("%1 from %2").arg(count, folder));
    m_words->setText(tr("%1, read only. They stay where they are.").arg(wordsOfSize(size)));
}

void FilesCard::choose()
{
    auto *dialog = new QFileDialog(this, tr("Files for tasks"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &FilesCard::pathsGiven);
    dialog->open();
}

void FilesCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_look.color(Tint::Accent), 1, Qt::DashLine));
    painter.setBrush(m_look.color(Tint::AccentSoft));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.drawPixmap(16, (height() - iconSize) / 2, m_look.pixmap(u"folder"_s, Tint::Accent, iconSize, devicePixelRatioF()));
}

void FilesCard::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void FilesCard::dropEvent(QDropEvent *event)
{
    QStringList paths;
    for (const QUrl &url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            paths.append(url.toLocalFile());
    }
    event->setDropAction(Qt::CopyAction); // whoever drags must not delete them
    event->accept();
    emit pathsGiven(paths);
}

} // namespace Drover
