#pragma once

#include "backend/agent/attemptnote.h"
#include "backend/base/result.h"

#include <QtCore/QHash>

namespace Drover {

/// The agent's memory of what it was given: one file that is appended to, one write for many
/// attempts, so that a note costs a task next to nothing.
///
/// Not synced: what a power cut takes from a worker is run again. A tail that was cut short is
/// passed over. Written anew, with the live notes alone, when it is opened and when it has grown.
/// Lives in the file thread.
class Journal
{
public:
    explicit Journal(QString path) : m_path(std::move(path)) { }
    ~Journal();
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    Result<void> open();

    /// How often this state has been opened, from 1. Numbers of reports begin with it, so that
    /// they rise over restarts.
    qint64 generation() const { return m_head.generation; }

    /// The last history the agent worked for; 0: none yet.
    qint64 epoch() const { return m_head.epoch; }

    /// Whether the machine has booted since it was last open.
    bool isNewBoot() const { return m_isNewBoot; }

    /// The highest revision the agent has heard of in it.
    qint64 revision() const { return m_head.revision; }

    Result<void> setHistory(qint64 epoch, qint64 revision);

    const QHash<AttemptId, AttemptNote> &notes() const { return m_notes; }
    Result<void> add(const QList<AttemptNote> &notes);
    Result<void> remove(const QList<AttemptId> &ids);

private:
    struct Head
    {
        qint64 generation = 0;
        qint64 epoch = 0;
        QString bootId;
        qint64 revision = 0;

        static constexpr auto fields()
        {
            return fieldList(field("generation", &Head::generation), field("epoch", &Head::epoch),
                              field("bootId", &Head::bootId),
                              field("revision", &Head::revision));
        }
        friend bool operator==(const Head &, const Head &) = default;
    };

    enum class Kind : char { Head = 'h', Add = 'a', Remove = 'r' };

    template <typename T> static void appendRecord(QByteArray &bytes, Kind kind, const T &value);
    void read(const QByteArray &bytes);
    Result<void> append(const QByteArray &bytes);
    Result<void> rewrite();

    QString m_path;
    int m_file = -1;
    qint64 m_size = 0;
    Head m_head;
    bool m_isNewBoot = false;
    QHash<AttemptId, AttemptNote> m_notes;
};

} // namespace Drover
