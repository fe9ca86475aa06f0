#include "ui/shell/topbar.h"

#include "ui/shell/filterline.h"
#include "ui/widgets/action.h"
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int withoutOperationWords = 1200;
constexpr int withoutKind = 1100;
constexpr int turn = 1600; // ms, of the running icon

} // namespace

void drawServerFace(QPainter &painter, const Look &look, const ServerFace &face, const QRect &rect, bool kind)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(face.color.isValid() ? face.color : look.color(Tint::Text3));
    painter.drawRoundedRect(QRectF(rect.left(), rect.center().y() - 4.5, 10, 10), 3, 3);
    painter.setFont(look.font(FontUse::BodyStrong));
    painter.setPen(look.color(Tint::Text1));
    int x = rect.left() + 18;
    const QFontMetrics metrics = painter.fontMetrics();
    const int kindWidth = kind && !face.kind.isEmpty() ? QFontMetrics(look.font(FontUse::Caption)).horizontalAdvance(face.kind) + 8 : 0;
    const int room = rect.right() - x - kindWidth;
    const QString name = metrics.elidedText(face.name, Qt::ElideMiddle, room);
    painter.drawText(QRect(x, rect.top(), room + 2, rect.height()), Qt::AlignVCenter, name);
    x += metrics.horizontalAdvance(name) + 8;
    if (kindWidth) {
        painter.setFont(look.font(FontUse::Caption));
        painter.setPen(look.color(Tint::Text3));
        painter.drawText(QRect(x, rect.top(), rect.right() - x, rect.height()), Qt::AlignVCenter, face.kind);
    }
    painter.restore();
}

ServerLabel::ServerLabel(const Look &look, const QString &words, const ServerFace &face, QWidget *parent)
    : QWidget(parent), m_look(look), m_words(words), m_face(face)
{
    setObjectName(u"serverLabel"_s);
    setAccessibleName(QStringList{words, face.name, face.kind}.join(u' ').trimmed());
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize ServerLabel::sizeHint() const
{
    const QFontMetrics caption(m_look.font(FontUse::Caption));
    const QFontMetrics strong(m_look.font(FontUse::BodyStrong));
    const int kind = m_face.kind.isEmpty() ? 0 : caption.horizontalAdvance(m_face.kind) + 12;
    return {caption.horizontalAdvance(m_words) + 8 + 18 + strong.horizontalAdvance(m_face.name) + kind + 4, m_look.scaled(20)};
}

void ServerLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(m_look.color(Tint::Text3));
    painter.drawText(rect(), Qt::AlignVCenter, m_words);
    const int words = painter.fontMetrics().horizontalAdvance(m_words) + 8;
    drawServerFace(painter, m_look, m_face, rect().adjusted(words, 0, 0, 0), true);
}

ServerStripe::ServerStripe(const Look &look, QWidget *parent) : QWidget(parent), m_look(look)
{
    setObjectName(u"serverStripe"_s);
    applyLook();
    connect(&look, &Look::changed, this, &ServerStripe::applyLook);
}

void ServerStripe::applyLook()
{
    setFixedHeight(m_look.isHighContrast() ? 6 : 3);
    update();
}

void ServerStripe::setFace(const ServerFace &face)
{
    m_face = face;
    update();
}

void ServerStripe::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_face.color.isValid() ? m_face.color : m_look.color(Tint::BorderStrong));
}

ServerButton::ServerButton(const Look &look, QWidget *parent) : QAbstractButton(parent), m_look(look)
{
    setObjectName(u"server"_s);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFace({tr("No server"), {}, {}});
}

void ServerButton::setFace(const ServerFace &face)
{
    m_face = face;
    setAccessibleName(tr("Server: %1 %2").arg(face.name, face.kind).trimmed());
    setToolTip(tr("Other servers, and adding one"));
    update();
}

void ServerButton::setKindShown(bool shown)
{
    m_kindShown = shown;
    updateGeometry();
    update();
}

QSize ServerButton::sizeHint() const
{
    return {m_look.scaled(m_kindShown ? 188 : 148), m_look.scaled(30)};
}

void ServerButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::Sunken));
        painter.drawRoundedRect(rect(), 6, 6);
    }
    if (hasFocus())
        drawFocusRing(painter, m_look, rect(), 6);
    // In high contrast the colour alone would not do: the word always stands with it.
    drawServerFace(painter, m_look, m_face, rect().adjusted(8, 0, -26, 0), m_kindShown || m_look.isHighContrast());
    painter.drawPixmap(width() - 20, (height() - 12) / 2,
                       m_look.pixmap(u"chevron-down"_s, Tint::Text2, 12, devicePixelRatioF()));
}

OperationsSummary::OperationsSummary(const Look &look, QWidget *parent) : QAbstractButton(parent), m_look(look)
{
    setObjectName(u"operationsSummary"_s);
    m_turning.setInterval(50ms);
    connect(&m_turning, &QTimer::timeout, this, [this] { update(QRect(4, 0, 18, height())); });
    m_since.start();
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    hide();
}

void OperationsSummary::setNews(const OperationsNews &news)
{
    if (m_news == news)
        return;
    m_news = news;
    setVisible(!news.words.isEmpty());
    if (news.words.isEmpty() || m_look.isReduced())
        m_turning.stop();
    else
        m_turning.start();
    const QString more = news.more ? tr(", and %n more", nullptr, news.more) : QString();
    const QString far = news.percent < 0 ? QString() : tr(", %1%").arg(news.percent);
    setAccessibleName(tr("Operations: %1").arg(news.words + far + more));
    setToolTip(news.words + far + more);
    updateGeometry();
    update();
}

void OperationsSummary::setWordsShown(bool shown)
{
    m_wordsShown = shown;
    updateGeometry();
}

QSize OperationsSummary::sizeHint() const
{
    const QFontMetrics metrics(m_look.font(FontUse::Body));
    const int words = m_wordsShown ? std::min(metrics.horizontalAdvance(m_news.words), m_look.scaled(150)) + 7 : 0;
    const int more = m_news.more ? metrics.horizontalAdvance(u"+88"_s) + 7 : 0;
    return {16 + 7 + words + 64 + 7 + metrics.horizontalAdvance(u"100%"_s) + more + 8, m_look.scaled(24)};
}

void OperationsSummary::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::Sunken));
        painter.drawRoundedRect(rect(), 5, 5);
    }
    if (hasFocus())
        drawFocusRing(painter, m_look, rect(), 5);
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.translate(12, height() / 2.0);
    if (m_turning.isActive())
        painter.rotate(double(m_since.elapsed() % turn) * 360 / turn);
    painter.drawPixmap(-8, -8, m_look.pixmap(u"state-running"_s, Tint::Running, 16, devicePixelRatioF()));
    painter.restore();
    int x = 27;
    painter.setFont(m_look.font(FontUse::Body));
    const QFontMetrics metrics = painter.fontMetrics();
    painter.setPen(m_look.color(Tint::Text2));
    if (m_wordsShown) {
        const QString words = metrics.elidedText(m_news.words, Qt::ElideRight, m_look.scaled(150));
        painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter, words);
        x += metrics.horizontalAdvance(words) + 7;
    }
    const QRectF track(x, height() / 2.0 - 2, 64, 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.color(Tint::Sunken));
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(m_look.color(Tint::Running));
    if (m_news.percent >= 0)
        painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(track.width() * m_news.percent / 100, 4)), 2, 2);
    x += 71;
    painter.setPen(m_look.color(Tint::Text2));
    const int number = metrics.horizontalAdvance(u"100%"_s);
    painter.drawText(QRect(x, 0, number, height()), Qt::AlignVCenter | Qt::AlignRight,
                     m_news.percent < 0 ? u"—"_s : tr("%1%").arg(m_news.percent));
    if (m_news.more)
        painter.drawText(QRect(x + number + 7, 0, 40, height()), Qt::AlignVCenter, u'+' + QString::number(m_news.more));
}

HoldButton::HoldButton(const Look &look, Action &action, QWidget *parent)
    : QAbstractButton(parent), m_look(look), m_action(action)
{
    setObjectName(u"holdEverything"_s);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, &action, &QAction::trigger);
    connect(&action, &QAction::changed, this, &HoldButton::describe);
    describe();
}

void HoldButton::describe()
{
    setEnabled(m_action.isEnabled());
    setText(m_held ? tr("Everything held") : tr("Hold everything"));
    setAccessibleName(m_held ? tr("Everything is held: nothing starts. Press to let it go on") : tr("Hold everything"));
    setToolTip(m_held ? tr("Nothing starts on any machine; press to let it go on") + u'\n' + m_action.toolTip() : m_action.toolTip());
    updateGeometry();
    update();
}

void HoldButton::setHeld(bool held)
{
    m_held = held;
    describe();
}

QSize HoldButton::sizeHint() const
{
    const QFontMetrics metrics(m_look.font(FontUse::BodyStrong));
    const int words = std::max(metrics.horizontalAdvance(tr("Everything held")), metrics.horizontalAdvance(tr("Hold everything")));
    return {words + 14 + 6 + 20, m_look.scaled(26)};
}

void HoldButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tint ink = !isEnabled() ? Tint::Text3 : m_held ? Tint::AccentText : Tint::Failed;
    painter.setPen(QPen(m_look.color(isEnabled() ? Tint::Failed : Tint::Border), 1));
    painter.setBrush(m_held && isEnabled() ? m_look.color(Tint::Failed)
                                           : m_look.color(underMouse() && isEnabled() ? Tint::ErrSoft : Tint::Window));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    if (hasFocus())
        drawFocusRing(painter, m_look, rect(), 5);
    painter.drawPixmap(9, (height() - 14) / 2, m_look.pixmap(u"hold-all"_s, ink, 14, devicePixelRatioF()));
    painter.setFont(m_look.font(FontUse::BodyStrong));
    painter.setPen(m_look.color(ink));
    painter.drawText(QRect(29, 0, width() - 30, height()), Qt::AlignVCenter, text());
}

BellButton::BellButton(const Look &look, QWidget *parent) : QToolButton(parent), m_look(look)
{
    setObjectName(u"bell"_s);
    setIcon(look.icon(u"bell"_s));
    setIconSize({18, 18});
    setUnread(0);
}

void BellButton::setUnread(int unread)
{
    m_unread = unread;
    const QString words = unread ? tr("Notifications, %n unread", nullptr, unread) : tr("Notifications");
    setAccessibleName(words);
    setToolTip(words);
    update();
}

void BellButton::paintEvent(QPaintEvent *event)
{
    QToolButton::paintEvent(event);
    if (!m_unread)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_look.color(Tint::Window), 1.5));
    painter.setBrush(m_look.color(Tint::Failed));
    painter.drawEllipse(QPointF(width() / 2.0 + 7, height() / 2.0 - 6), 4, 4);
}

TopBar::TopBar(Look &look, Action &hold, Action &submit, QWidget *parent)
    : QWidget(parent), m_look(look), m_server(new ServerButton(look)), m_filter(new FilterLine(look)),
      m_operations(new OperationsSummary(look)), m_freshness(new FreshnessPill(look)), m_hold(new HoldButton(look, hold)),
      m_bell(new BellButton(look)), m_submit(new QPushButton(submit.text().remove(u'…'))), m_gap(new QWidget)
{
    setObjectName(u"topBar"_s);
    m_submit->setObjectName(u"submit"_s);
    m_submit->setProperty("primary", true);
    m_submit->setIcon(look.icon(u"plus"_s, Tint::AccentText));
    m_submit->setIconSize({14, 14});
    connect(m_submit, &QPushButton::clicked, &submit, &QAction::trigger);
    const auto follow = [this, &submit] {
        m_submit->setEnabled(submit.isEnabled());
        m_submit->setToolTip(submit.toolTip());
    };
    connect(&submit, &QAction::changed, this, follow);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(8, 0, 12, 1);
    line->setSpacing(12);
    line->addWidget(m_server);
    line->addWidget(m_filter, 1);
    line->addWidget(m_gap, 1);
    m_gap->hide();
    line->addWidget(m_operations);
    line->addWidget(m_freshness);
    line->addWidget(m_hold);
    line->addWidget(m_bell);
    line->addWidget(m_submit);
    follow();
    applyLook();
    connect(&look, &Look::changed, this, &TopBar::applyLook);
}

void TopBar::setServerShown(bool shown)
{
    for (QWidget *part : std::initializer_list<QWidget *>{m_filter, m_freshness, m_hold, m_bell, m_submit})
        part->setVisible(shown);
    m_gap->setVisible(!shown);
    if (!shown)
        m_operations->hide();
}

void TopBar::applyLook()
{
    setFixedHeight(m_look.scaled(44));
    update();
}

void TopBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_operations->setWordsShown(width() >= m_look.scaled(withoutOperationWords));
    m_server->setKindShown(width() >= m_look.scaled(withoutKind));
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Window));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_look.color(Tint::Border));
}

} // namespace Drover
