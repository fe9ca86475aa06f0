#pragma once

#include "backend/files/outputindex.h"
#include "backend/files/outputsearch.h"
#include "ui/log/logsource.h"

#include <QtCore/QTimer>
#include <QtCore/QtEndian>

namespace Drover {

/// Lines of 80 bytes, made as they are read, so that a gigabyte needs no disk.
class GeneratedText : public OutputText
{
public:
    static constexpr qint64 lineSize = 80;

    explicit GeneratedText(qint64 lines) { m_size = lines * lineSize; }

    Result<void> refresh(Instant) override { return {}; }
    Result<qint64> read(qint64 offset, char *into, qint64 size) const override
    {
        size = std::clamp<qint64>(m_size - offset, 0, size);
        for (qint64 done = 0; done < size;) {
            const qint64 at = offset + done;
            char line[lineSize];
            make(at / lineSize, line);
            const qint64 count = std::min(lineSize - at % lineSize, size - done);
            std::memcpy(into + done, line + at % lineSize, size_t(count));
            done += count;
        }
        return size;
    }
    static void make(qint64 number, char *line)
    {
        std::memset(line, '.', lineSize);
        std::memcpy(line, number % 1000 == 999 ? "error " : number % 100 == 99 ? "warn  " : "info  ", 6);
        std::memcpy(line + 6, "line 000000000000 ", 18);
        for (qint64 at = 22, rest = number; rest > 0; rest /= 10)
            line[at--] = char('0' + rest % 10);
        line[lineSize - 1] = '\n';
    }
};

/// Bytes that a test adds to.
class GrowingText : public OutputText
{
public:
    Result<void> refresh(Instant) override { return {}; }
    Result<qint64> read(qint64 offset, char *into, qint64 size) const override
    {
        size = std::clamp<qint64>(m_bytes.size() - offset, 0, size);
        std::memcpy(into, m_bytes.constData() + offset, size_t(size));
        return size;
    }
    void add(const QByteArray &bytes, Instant at = never)
    {
        m_bytes += bytes;
        m_size = m_bytes.size();
        if (isSet(at))
            m_moments.push_back({m_size, at});
    }
    void addGap(qint64 size)
    {
        addHole({m_size, size});
        add(QByteArray(size, '\0'));
    }
    const QByteArray &bytes() const { return m_bytes; }

private:
    QByteArray m_bytes;
};

/// Answers as the daemon does, by the same index and search, in a later turn.
class TextSource : public LogSource
{
public:
    explicit TextSource(std::shared_ptr<OutputText> text, std::shared_ptr<bool> isOver)
        : m_text(std::move(text)), m_isOver(std::move(isOver))
    {
    }

    void send(ReadOutput request, QObject *context, Handler<OutputPiece> handler) override
    {
        ++reads;
        later(context, [this, request, handler] {
            OutputPiece piece {.offset = request.offset, .size = m_text->size()};
            if (const OutputHole *hole = m_text->holeAt(piece.offset))
                piece.offset = hole->end();
            piece.data = *m_text->bytes(piece.offset, std::min<qint64>(request.limit, m_text->nextHole(piece.offset) - piece.offset));
            const qint64 end = piece.offset + piece.data.size();
            for (const OutputMoment &moment : m_text->moments()) {
                if (moment.offset < piece.offset)
                    continue;
                piece.marks.append({moment.offset, moment.at});
                if (moment.offset >= end)
                    break;
            }
            handler(piece);
        });
    }
    void send(GetOutputInfo request, QObject *context, Handler<OutputInfo> handler) override
    {
        const bool waits = request.known == m_text->size() && m_index.covers(*m_text) && !*m_isOver && request.wait.count() > 0;
        if (waits) {
            QTimer::singleShot(5, context, [this, request, context, handler] { send(request, context, handler); });
            return;
        }
        later(context, [this, request, handler] {
            (void)m_index.extend(*m_text, 32 * 1024 * 1024);
            OutputInfo info {.n = 1, .generation = 1, .size = m_text->size(), .scanned = m_index.scanned(), .lines = m_index.lineEnds(),
                             .errors = m_index.errors(), .warnings = m_index.warnings(), .ended = *m_isOver, .firstBlock = request.fromBlock};
            for (const OutputHole &hole : m_text->holes())
                info.gaps.append({hole.offset, hole.size});
            if (!m_text->moments().empty()) {
                info.begun = m_text->moments().front().at;
                info.last = m_text->moments().back().at;
            }
            for (size_t i = size_t(request.fromBlock); i < m_index.blocks().size(); ++i) {
                char bytes[8];
                qToLittleEndian(m_index.blocks()[i].lines, bytes);
                qToLittleEndian(m_index.blocks()[i].errors, bytes + 4);
                qToLittleEndian(m_index.blocks()[i].warnings, bytes + 6);
                info.blocks.append(bytes, 8);
            }
            handler(info);
        });
    }
    void send(LocateOutput request, QObject *context, Handler<OutputPlace> handler) override
    {
        later(context, [this, request, handler] {
            (void)m_index.extend(*m_text, m_text->size());
            const qint64 offset = request.line ? *m_index.offsetOfLine(*m_text, *request.line - 1)
                : request.time ? *m_index.lineStart(*m_text, m_text->offsetAt(*request.time))
                               : *m_index.lineStart(*m_text, qint64(double(m_text->size()) * *request.percent / 100));
            handler(OutputPlace {.offset = offset, .line = *m_index.lineAt(*m_text, offset) + 1});
        });
    }
    void send(FindOutput request, QObject *context, Handler<FoundOutputs> handler) override
    {
        later(context, [this, request, handler] {
            const auto letters = request.ignoreCase ? OutputPattern::Case::Ignored : OutputPattern::Case::Counts;
            OutputQuery query {.each = request.lines || request.pattern.isEmpty() ? OutputQuery::Each::Line : OutputQuery::Each::Match,
                               .text = request.texts ? OutputQuery::Text::Line : OutputQuery::Text::None,
                               .from = request.from, .to = m_text->size(), .limit = request.limit};
            for (auto *each : {&query.keep, &query.drop}) {
                const QString text = each == &query.keep ? request.pattern : request.drop;
                if (text.isEmpty())
                    continue;
                auto pattern = OutputPattern::compile(text, request.plain ? OutputPattern::Kind::Words : OutputPattern::Kind::Expression, letters);
                if (!pattern) {
                    handler(pattern.error());
                    return;
                }
                each->emplace(std::move(*pattern));
            }
            const auto hits = search(*m_text, m_index, query);
            FoundOutputs found {.next = hits->next, .done = hits->isDone};
            for (const OutputHit &hit : hits->hits)
                found.hits.append({hit.offset, hit.size, hit.line < 0 ? -1 : hit.line + 1, hit.text});
            handler(found);
        });
    }

    static inline int reads = 0; ///< how many blocks were asked for

private:
    static void later(QObject *context, std::function<void()> work) { QTimer::singleShot(0, context, std::move(work)); }

    std::shared_ptr<OutputText> m_text;
    std::shared_ptr<bool> m_isOver;
    OutputIndex m_index;
};

} // namespace Drover
