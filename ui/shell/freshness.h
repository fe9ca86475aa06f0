#pragma once

#include <QtCore/QDateTime>
#include <QtWidgets/QAbstractButton>

namespace Drover {

class Look;

/// How fresh what one sees is.
enum class Freshness {
    Live,
    Lagging, ///< connected, and nothing was heard for a while
    Reconnecting,
    Offline, ///< nobody tries any more, or it was never there
};

struct FreshnessNews
{
    Freshness freshness = Freshness::Offline;
    std::chrono::milliseconds age {0}; ///< of the last word
    int tries = 0;
    QDateTime since; ///< it is away

    friend bool operator==(const FreshnessNews &, const FreshnessNews &) = default;
};

/// The pill at the top: shape, word, age. As wide as its longest words, so that nothing beside it moves.
class FreshnessPill : public QAbstractButton
{
    Q_OBJECT

public:
    explicit FreshnessPill(const Look &look, QWidget *parent = nullptr);

    void setNews(const FreshnessNews &news);
    const FreshnessNews &news() const { return m_news; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    static std::pair<QString, QString> wordsOf(const FreshnessNews &news);

    const Look &m_look;
    FreshnessNews m_news;
};

} // namespace Drover
