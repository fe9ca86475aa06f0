#include "backend/api/httpanswer.h"

#include "backend/api/httpconversation.h"

#include <QtCore/QPointer>
#include <QtCore/QThread>

namespace Drover {

struct HttpAnswer::Exchange
{
    Exchange(HttpConversation *with, quint64 request) : conversation(with), number(request) { }
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;

    ~Exchange()
    {
        if (!conversation)
            return;
        Q_ASSERT(conversation->thread() == QThread::currentThread());
        if (conversation->isAwaited(number))
            conversation->send(httpRefusal(500, "no answer was found"));
        else if (conversation->isStreaming(number))
            conversation->breakOff();
    }

    QPointer<HttpConversation> conversation;
    quint64 number;
};

HttpAnswer::HttpAnswer(HttpConversation *conversation, quint64 number)
    : m_exchange(std::make_shared<Exchange>(conversation, number))
{
}

bool HttpAnswer::isOpen() const
{
    return m_exchange->conversation && m_exchange->conversation->isAwaited(m_exchange->number);
}

void HttpAnswer::send(const HttpReply &reply) const
{
    if (isOpen())
        m_exchange->conversation->send(reply);
}

void HttpAnswer::stream(const HttpReply &reply, std::optional<quint64> length,
                        std::function<void()> wanted) const
{
    if (isOpen())
        m_exchange->conversation->startStream(reply, length, std::move(wanted));
}

bool HttpAnswer::isStreaming() const
{
    return m_exchange->conversation && m_exchange->conversation->isStreaming(m_exchange->number);
}

void HttpAnswer::write(const QByteArray &piece) const
{
    if (isStreaming())
        m_exchange->conversation->writePiece(piece);
}

void HttpAnswer::end() const
{
    if (isStreaming())
        m_exchange->conversation->endStream();
}

void HttpAnswer::abort() const
{
    if (isStreaming())
        m_exchange->conversation->breakOff();
}

void HttpAnswer::holdBody() const
{
    if (isOpen())
        m_exchange->conversation->holdBody(true);
}

void HttpAnswer::resumeBody() const
{
    if (isOpen())
        m_exchange->conversation->holdBody(false);
}

} // namespace Drover
