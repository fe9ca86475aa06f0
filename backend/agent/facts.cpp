#include "backend/agent/facts.h"

#include "backend/base/version.h"
#include "backend/shim/runfolder.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QSysInfo>

#include <algorithm>
#include <sched.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// Those this process may use, which a container may have fewer of than the machine.
int usableCores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return std::max(1, CPU_COUNT(&set));
    return std::max(1, int(sysconf(_SC_NPROCESSORS_ONLN)));
}

} // namespace

MachineFacts plainFacts()
{
    MachineFacts facts;
    facts.hostName = QSysInfo::machineHostName();
    facts.os = QSysInfo::prettyProductName();
    facts.kernel = QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion();
    facts.architecture = QSysInfo::currentCpuArchitecture();
    facts.cores = usableCores();
    facts.memory = qint64(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
    facts.agentVersion = programVersion();
    facts.bootId = QString::fromStdString(bootId());
    return facts;
}

FactFinder::FactFinder(QObject *parent) : QObject(parent), m_facts(plainFacts())
{
    m_deadline.setSingleShot(true);
    m_deadline.callOnTimeout(this, &FactFinder::finish);
}

FactFinder::~FactFinder()
{
    // A QProcess that dies reports its end to us, who are no more.
    for (QProcess *process : findChildren<QProcess *>())
        process->disconnect(this);
}

void FactFinder::start(int gpus)
{
    for (int n = 0; n < gpus; ++n)
        m_facts.gpus.append(u"GPU %1"_s.arg(n));
    m_deadline.start(std::chrono::seconds(5));
    ++m_pending; // ours, so that it is not over before all have been asked
    ask(u"nvidia-smi"_s, {u"--query-gpu=name,memory.total"_s, u"--format=csv,noheader"_s},
        &FactFinder::takeGpus);
    for (const QString &engine : {u"podman"_s, u"docker"_s}) {
        if (QStandardPaths::findExecutable(engine).isEmpty())
            continue;
        ask(engine, {u"--version"_s}, &FactFinder::takeEngine);
        break;
    }
    if (--m_pending == 0)
        finish();
}

void FactFinder::ask(const QString &program, const QStringList &arguments,
                     void (FactFinder::*take)(const QString &))
{
    const QString path = QStandardPaths::findExecutable(program);
    if (path.isEmpty())
        return;
    ++m_pending;
    auto *process = new QProcess(this);
    const auto done = [this, process, take](bool good) {
        process->disconnect(this);
        if (good)
            (this->*take)(QString::fromUtf8(process->readAllStandardOutput()).trimmed());
        process->deleteLater();
        if (--m_pending == 0)
            finish();
    };
    connect(process, &QProcess::finished, this, [done](int exit, QProcess::ExitStatus status) {
        done(status == QProcess::NormalExit && exit == 0);
    });
    connect(process, &QProcess::errorOccurred, this, [done](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            done(false);
    });
    process->start(path, arguments, QIODevice::ReadOnly);
}

void FactFinder::takeGpus(const QString &text)
{
    m_facts.gpus = text.split(u'\n', Qt::SkipEmptyParts);
}

void FactFinder::takeEngine(const QString &text)
{
    m_facts.containerEngine = text.section(u'\n', 0, 0);
}

void FactFinder::finish()
{
    if (std::exchange(m_finished, true))
        return;
    m_deadline.stop();
    emit found(m_facts);
}

} // namespace Drover
