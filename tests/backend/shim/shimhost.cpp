#include "tests/backend/shim/shimhost.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Drover {

ShimHost::ShimHost() : m_folder(QDir::tempPath() + "/drover-shim-XXXXXX")
{
    m_folder.isValid();
    chmod(m_folder.path().toLocal8Bit().constData(), 0711); // tasks of other users work below it
    m_control = openControlSocket();
    m_host.setProgram(DROVER_BIN_DIR "/drover-shim");
    m_host.setArguments({"host"});
    m_host.setProcessChannelMode(QProcess::ForwardedErrorChannel);
}

ShimHost::~ShimHost()
{
    for (const ShimStart &start : m_sent) {
        const RunFolderContent content = readRunFolder(start.runFolder);
        if (content.state == RunFolderState::Running
            && isAlive(content.record.shimPid, content.record.shimStart))
            kill(content.record, "test-over", 0);
    }
    m_host.closeWriteChannel();
    m_host.waitForFinished(5000);
    close(m_control);
}

bool ShimHost::start()
{
    m_host.start();
    const auto hello = m_host.waitForStarted() ? answer(AnswerKind::Hello) : std::nullopt;
    m_hello = hello.value_or(ShimAnswer());
    return hello.has_value();
}

void ShimHost::kill()
{
    m_host.kill();
    m_host.waitForFinished();
}

void ShimHost::stopReading()
{
    m_host.closeReadChannel(QProcess::StandardOutput);
}

ShimStart ShimHost::shell(const QString &script)
{
    ShimStart start;
    start.numbers.task = ++m_lastTask;
    start.numbers.attempt = 1;
    start.runFolder = QString("%1/%2-1").arg(m_folder.path()).arg(m_lastTask).toStdString();
    start.workFolder = m_folder.path().toStdString();
    start.arguments = {"/bin/sh", "-c", script.toStdString()};
    start.environment = {"PATH=/usr/bin:/bin"};
    return start;
}

void ShimHost::send(const ShimStart &start)
{
    m_sent.append(start);
    const std::string frame = encodeStart(start);
    QVERIFY(!frame.empty());
    sendRaw(QByteArray(frame.data(), qsizetype(frame.size())));
}

void ShimHost::sendRaw(const QByteArray &bytes)
{
    m_host.write(bytes);
    while (m_host.bytesToWrite() > 0 && m_host.waitForBytesWritten(5000)) { }
}

void ShimHost::read()
{
    if (m_host.state() != QProcess::NotRunning)
        m_host.waitForReadyRead(5);
    const QByteArray bytes = m_host.readAllStandardOutput();
    m_reader.append(bytes.constData(), size_t(bytes.size()));
    while (const auto answer = m_reader.next())
        m_answers.append(*answer);
    QVERIFY(!m_reader.isBroken());
}

std::optional<ShimAnswer> ShimHost::answer(AnswerKind kind, int64_t task)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 20'000) {
        for (qsizetype i = 0; i < m_answers.size(); ++i) {
            if (m_answers[i].kind == kind && (task == 0 || m_answers[i].record.task == task))
                return m_answers.takeAt(i);
        }
        read();
    }
    return std::nullopt;
}

RunRecord ShimHost::started(const ShimStart &start)
{
    send(start);
    const auto started = answer(AnswerKind::Started, start.numbers.task);
    return started ? started->record : RunRecord();
}

RunRecord ShimHost::run(const ShimStart &start)
{
    send(start);
    return ended(start);
}

RunRecord ShimHost::ended(const ShimStart &start)
{
    const auto ended = answer(AnswerKind::Ended, start.numbers.task);
    return ended ? ended->record : RunRecord();
}

RunRecord ShimHost::status(const ShimStart &start) const
{
    RunFolderContent content;
    if (!QTest::qWaitFor(
            [&] {
                content = readRunFolder(start.runFolder);
                return content.state == RunFolderState::Ended;
            },
            20'000))
        return {};
    return content.record;
}

QByteArray ShimHost::output(const ShimStart &start, const char *name) const
{
    QFile file(QString::fromStdString(start.runFolder) + "/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no file)");
}

ControlReply ShimHost::control(const RunRecord &record, ControlMessage message, int waitMs)
{
    message.id = ++m_lastMessage;
    ControlReply answer{.error = -1};
    if (const int error = sendControl(m_control, record, message)) {
        answer.error = error;
        return answer;
    }
    (void)QTest::qWaitFor(
        [&] {
            while (const auto reply = receiveControl(m_control)) {
                if (reply->id == m_lastMessage)
                    answer = *reply;
            }
            return answer.error != -1;
        },
        waitMs);
    return answer;
}

ControlReply ShimHost::kill(const RunRecord &record, const char *reason, int graceMs)
{
    ControlMessage message{.kind = ControlKind::Kill};
    message.killGraceMs = graceMs;
    qstrncpy(message.reason, reason, sizeof message.reason);
    return control(record, message);
}

QString printed(const RunRecord &record)
{
    switch (record.end) {
    case RunEnd::None:
        return "none";
    case RunEnd::Exited:
        return QString("exited %1").arg(WEXITSTATUS(record.waitStatus));
    case RunEnd::Signalled:
        return QString("signalled %1").arg(WTERMSIG(record.waitStatus));
    case RunEnd::TimedOut:
        return "timed-out";
    case RunEnd::OutOfMemory:
        return "out-of-memory";
    case RunEnd::OutputLimit:
        return "output-limit";
    case RunEnd::CouldNotStart:
        return QString("could-not-start %1 %2").arg(int(record.step)).arg(record.detail);
    case RunEnd::Fenced:
        return "fenced";
    case RunEnd::Killed:
        return QString("killed for %1").arg(record.detail);
    }
    return "unknown";
}

QByteArray lineOf(const QString &path)
{
    QByteArray line;
    (void)QTest::qWaitFor(
        [&] {
            QFile file(path);
            line = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
            return line.endsWith('\n');
        },
        20'000);
    return line.endsWith('\n') ? line.chopped(1) : QByteArray();
}

} // namespace Drover
