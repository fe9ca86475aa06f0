#pragma once

#include <QtWidgets/QWidget>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QHBoxLayout)

namespace Drover {

class Look;

enum class Severity { Hint, Warning, Error };

/// One sentence over a view, that stays while it is true.
struct Banner
{
    QString id; ///< one of each
    Severity severity = Severity::Hint;
    QString text;
    QString detail;
    QList<std::pair<QString, std::function<void()>>> actions; ///< at most two
    bool closable = false;
};

/// The place for banners, under the tabs: the most severe is shown, "+2" opens the others below it.
class BannerArea : public QWidget
{
    Q_OBJECT

public:
    explicit BannerArea(const Look &look, QWidget *parent = nullptr);

    void show(const Banner &banner);
    void dismiss(const QString &id);
    QStringList ids() const;

private:
    void build();

    const Look &m_look;
    QList<Banner> m_banners; // most severe first
    bool m_open = false;
};

/// One of them, drawn.
class BannerStrip : public QWidget
{
    Q_OBJECT

public:
    BannerStrip(const Look &look, const Banner &banner, QWidget *parent);
    QHBoxLayout *buttons() const { return m_buttons; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Look &m_look;
    Banner m_banner;
    QHBoxLayout *m_buttons;
};

} // namespace Drover
