#include "ui/submit/submitrun.h"

#include "app/work/localfiles.h"
#include "ui/widgets/words.h"

#include <QtCore/QUuid>

namespace Drover {

SubmitRun::SubmitRun(Connection &connection, QObject *parent) : QObject(parent), m_connection(connection) { }

void SubmitRun::start(const Submit &request)
{
    if (m_busy)
        return;
    m_request = request;
    const QByteArray said = encode(request);
    if (said != m_said)
        m_key = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_said = said;
    m_request.key = request.dryRun ? QString() : m_key;
    m_round = std::make_unique<QObject>();
    m_busy = true;
    nameInputs(m_request.tasks);
    if (request.dryRun) {
        removeLocalFiles(m_request.tasks); // everything else is checked
        submit();
    } else {
        handIn();
    }
}

void SubmitRun::cancel()
{
    m_round.reset();
    m_busy = false;
}

void SubmitRun::handIn()
{
    const QStringList paths = localFiles(m_request.tasks);
    if (paths.isEmpty()) {
        submit();
        return;
    }
    emit progressed(tr("Reading %n file(s)…", nullptr, int(paths.size())));
    m_connection.upload(
        paths, m_round.get(),
        [this](const Result<FileTransfers::Uploaded> &uploaded) {
            if (!uploaded) {
                finish();
                emit failed(uploaded.error());
                return;
            }
            replaceLocalFiles(m_request.tasks, [&uploaded](const QString &path) {
                const BlobFile file = uploaded->value(path);
                return HandedIn{.hash = file.hash, .size = file.size};
            });
            submit();
        },
        [this](qint64 bytes, qint64 all, qsizetype files, qsizetype allFiles) {
            emit progressed(tr("%1 of %2 files, %3 of %4").arg(files).arg(allFiles).arg(wordsOfSize(bytes), wordsOfSize(all)));
        });
}

void SubmitRun::submit()
{
    emit progressed(m_request.dryRun ? tr("Asking the daemon…") : tr("Handing in…"));
    const auto answered = [this](const Result<Submitted> &submitted) {
        const bool dryRun = m_request.dryRun;
        finish();
        if (!submitted) {
            emit failed(submitted.error());
        } else if (dryRun) {
            emit checked();
        } else {
            m_said.clear(); // the same again is meant again
            emit this->submitted(*submitted);
        }
    };
    m_connection.submit(m_request, m_round.get(), answered, [this](qint64 taken, qint64 all) {
        emit progressed(tr("%1 of %2 tasks").arg(wordsOfCount(taken), wordsOfCount(all)));
    });
}

void SubmitRun::finish()
{
    m_busy = false;
}

} // namespace Drover
