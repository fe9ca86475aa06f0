#pragma once

#include "backend/protocol/codec.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <functional>
#include <utility>

namespace Drover {

/// Notifications of one type on their way from the link's thread, which decodes and gathers them,
/// to their receiver's.
class NotificationChannel
{
public:
    using Batch = std::function<void()>; ///< called in the receiver's thread

    virtual ~NotificationChannel() = default;

    virtual QLatin1StringView method() const = 0;
    /// Link thread. False: the bytes are not what they should be.
    virtual bool take(const QByteArray &params) = 0;
    /// Link thread: what has come since the last time; null: nothing.
    virtual Batch takeBatch() = 0;
};

template <typename Notification> class NotificationChannelOf : public NotificationChannel
{
public:
    using Handler = std::function<void(const QList<Notification> &)>;

    NotificationChannelOf(QObject *context, Handler handler)
        : m_receiver(std::make_shared<const Receiver>(context, std::move(handler)))
    {
    }

    QLatin1StringView method() const override { return Notification::method; }

    bool take(const QByteArray &params) override
    {
        Result<Notification> notification = decode<Notification>(params);
        if (notification)
            m_gathered.append(std::move(*notification));
        return notification.has_value();
    }

    Batch takeBatch() override
    {
        if (m_gathered.isEmpty())
            return {};
        return [receiver = m_receiver, batch = std::exchange(m_gathered, {})] {
            if (receiver->first)
                receiver->second(batch);
        };
    }

private:
    using Receiver = std::pair<QPointer<QObject>, Handler>;
    const std::shared_ptr<const Receiver> m_receiver; // looked at in its own thread only
    QList<Notification> m_gathered;
};

} // namespace Drover
