// Runs a target without libFuzzer: SECONDS CORPUS. Every file of the corpus as it is, then seeded
// changes of them until the time is over. An input that ends us is left in crash-<target>.
#include "tests/fuzz/fuzz.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QList>
#include <QtCore/QRandomGenerator>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr qsizetype longest = 64 * 1024;

QByteArray input; // that is being tried
QByteArray crashFile;

extern "C" void onCrash(int signal)
{
    const int file = open(crashFile.constData(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0 && write(file, input.constData(), size_t(input.size())) >= 0)
        close(file);
    std::signal(signal, SIG_DFL);
    raise(signal);
}

void flip(QByteArray &bytes, QRandomGenerator &random)
{
    if (!bytes.isEmpty())
        bytes[random.bounded(bytes.size())] = char(random.bounded(256));
}

// One of what decoders stumble over: bits, cuts, repeats, edges of numbers, pieces of others.
QByteArray changed(QByteArray bytes, const QList<QByteArray> &corpus, QRandomGenerator &random)
{
    for (int times = 1 + random.bounded(6); times > 0; --times) {
        const qsizetype at = bytes.isEmpty() ? 0 : random.bounded(bytes.size());
        switch (random.bounded(7)) {
        case 0:
            flip(bytes, random);
            break;
        case 1:
            bytes.remove(at, 1 + random.bounded(16));
            break;
        case 2:
            bytes.insert(at, bytes.mid(at, 1 + random.bounded(64)).repeated(1 + random.bounded(20)));
            break;
        case 3:
            bytes.insert(at, char(random.bounded(256)));
            break;
        case 4: {
            static const QByteArray edges[] = {QByteArray(8, '\xff'), QByteArray(8, '\0'), "\x7f\xff\xff\xff", "99999999999999999999", "-1", "\xed\xa0\x80", "\r\n\r\n", "{{{{[[[["};
            bytes.insert(at, edges[random.bounded(8)]);
            break;
        }
        case 5: {
            const QByteArray &other = corpus[random.bounded(corpus.size())];
            bytes = bytes.first(at) + other.mid(other.isEmpty() ? 0 : random.bounded(other.size()));
            break;
        }
        default:
            bytes.truncate(at);
        }
    }
    return bytes.first(std::min(bytes.size(), longest));
}

void tryOut(const QByteArray &bytes)
{
    input = bytes;
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(input.constData()), size_t(input.size()));
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s SECONDS CORPUS\n", argv[0]);
        return 2;
    }
    crashFile = "crash-" + QFileInfo(argv[0]).fileName().toUtf8();
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
        std::signal(signal, onCrash);
    QList<QByteArray> corpus {QByteArray()};
    for (const QFileInfo &info : QDir(argv[2]).entryInfoList(QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        if (file.open(QIODevice::ReadOnly))
            corpus.append(file.readAll());
    }
    if (corpus.size() < 2) {
        std::fprintf(stderr, "there is no corpus in %s\n", argv[2]);
        return 2;
    }
    for (const QByteArray &bytes : std::as_const(corpus))
        tryOut(bytes);
    QRandomGenerator random(20261121);
    QElapsedTimer time;
    time.start();
    qint64 tried = corpus.size();
    qint64 slowest = 0;
    while (time.elapsed() < atoll(argv[1]) * 1000) {
        const qint64 before = time.elapsed();
        tryOut(changed(corpus[random.bounded(corpus.size())], corpus, random));
        slowest = std::max(slowest, time.elapsed() - before);
        ++tried;
    }
    std::printf("%lld inputs, the slowest took %lld ms\n", tried, slowest);
    return slowest > 10'000 ? 1 : 0;
}
