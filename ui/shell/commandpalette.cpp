#include "ui/shell/commandpalette.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int paletteWidth = 660;
constexpr int fromTop = 84;
constexpr int fieldHeight = 48;
constexpr int footHeight = 32;
constexpr int mostRows = 200;

enum Role {
    IsHead = Qt::UserRole,
    EntryIndex,
    Icon,
    Detail,
    Keys,
    Blocked,
    Hits, // QVariantList of start, length
};

class PaletteDelegate : public QStyledItemDelegate
{
public:
    PaletteDelegate(const Look &look, QObject *parent) : QStyledItemDelegate(parent), m_look(look) { }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {100, m_look.scaled(index.data(IsHead).toBool() ? 28 : 32)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (index.data(IsHead).toBool())
            paintHead(*painter, option.rect, index);
        else
            paintRow(*painter, option, index);
        painter->restore();
    }

private:
    void paintHead(QPainter &painter, const QRect &rect, const QModelIndex &index) const
    {
        painter.setFont(m_look.font(FontUse::CaptionStrong));
        painter.setPen(m_look.color(Tint::Text3));
        painter.drawText(rect.adjusted(16, 6, -16, 0), Qt::AlignVCenter, index.data().toString());
    }

    void paintRow(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
    {
        const QRect rect = option.rect.adjusted(6, 0, -6, 0);
        const bool blocked = !index.data(Blocked).toString().isEmpty();
        if (option.state & QStyle::State_Selected) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_look.color(Tint::Selection));
            painter.drawRoundedRect(rect, 5, 5);
        }
        const qreal ratio = painter.device()->devicePixelRatioF();
        painter.drawPixmap(rect.left() + 10, rect.center().y() - 7,
                           m_look.pixmap(index.data(Icon).toString(), blocked ? Tint::Text3 : Tint::Text2, 16, ratio));
        const int keys = paintKeys(painter, rect, index.data(Keys).toString());
        int x = rect.left() + 36;
        x = paintWords(painter, QRect(x, rect.top(), rect.right() - keys - x - 8, rect.height()), index, blocked);
        painter.setFont(m_look.font(FontUse::Caption));
        painter.setPen(m_look.color(Tint::Text3));
        const QString detail = blocked ? index.data(Blocked).toString() : index.data(Detail).toString();
        const QRect rest(x + 10, rect.top(), rect.right() - keys - x - 20, rect.height());
        painter.drawText(rest, Qt::AlignVCenter, painter.fontMetrics().elidedText(detail, Qt::ElideRight, rest.width()));
    }

    // Piece by piece, hits in accent; returns where they end.
    int paintWords(QPainter &painter, const QRect &rect, const QModelIndex &index, bool blocked) const
    {
        const QString full = index.data().toString();
        const QFont plain = m_look.font(FontUse::Body);
        QFont strong = plain;
        strong.setWeight(QFont::Bold);
        const QString text = QFontMetrics(plain).elidedText(full, Qt::ElideMiddle, rect.width());
        QList<bool> hit(text.size(), false);
        const QVariantList hits = text == full ? index.data(Hits).toList() : QVariantList();
        for (qsizetype i = 0; i + 1 < hits.size(); i += 2) {
            for (int at = hits.at(i).toInt(); at < hits.at(i).toInt() + hits.at(i + 1).toInt() && at < hit.size(); ++at)
                hit[at] = true;
        }
        int x = rect.left();
        for (qsizetype from = 0; from < text.size();) {
            qsizetype to = from;
            while (to < text.size() && hit.at(to) == hit.at(from))
                ++to;
            const QString piece = text.mid(from, to - from);
            painter.setFont(hit.at(from) ? strong : plain);
            painter.setPen(m_look.color(blocked ? Tint::Text3 : hit.at(from) ? Tint::Accent : Tint::Text1));
            painter.drawText(QRect(x, rect.top(), rect.right() - x + 40, rect.height()), Qt::AlignVCenter, piece);
            x += painter.fontMetrics().horizontalAdvance(piece);
            from = to;
        }
        return x;
    }

    int paintKeys(QPainter &painter, const QRect &rect, const QString &keys) const
    {
        if (keys.isEmpty())
            return 0;
        painter.setFont(m_look.font(FontUse::Caption));
        int right = rect.right() - 8;
        QStringList parts = keys.split(u'+');
        if (keys.endsWith(u'+')) // the key itself is a plus
            parts = {keys};
        for (auto it = parts.crbegin(); it != parts.crend(); ++it) {
            const int width = std::max(18, painter.fontMetrics().horizontalAdvance(*it) + 10);
            const QRectF key(right - width, rect.center().y() - 8, width, 18);
            painter.setPen(QPen(m_look.color(Tint::Border), 1));
            painter.setBrush(m_look.color(Tint::Window));
            painter.drawRoundedRect(key.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
            painter.setPen(m_look.color(Tint::Text2));
            painter.drawText(key, Qt::AlignCenter, *it);
            right -= width + 4;
        }
        return rect.right() - right;
    }

    const Look &m_look;
};

} // namespace

CommandPalette::CommandPalette(const Look &look, QWidget *window)
    : QWidget(window), m_look(look), m_edit(new QLineEdit(this)), m_list(new QListView(this)),
      m_model(new QStandardItemModel(this)), m_keys(new QLabel(this))
{
    setObjectName(u"palette"_s);
    setAccessibleName(tr("Command palette"));
    m_edit->setObjectName(u"paletteEdit"_s);
    m_edit->setFrame(false);
    m_edit->setMaxLength(1000);
    m_edit->setPlaceholderText(tr("Do something, or go to a name or an id"));
    m_edit->setAccessibleName(m_edit->placeholderText());
    m_edit->installEventFilter(this);
    m_list->setObjectName(u"paletteList"_s);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(look, this));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("What was found"));
    connect(m_list, &QListView::clicked, this, [this] { run(false); });
    m_keys->setText(tr("↑ ↓ choose    Enter run    Ctrl+Enter in a new tab          > actions    # ids    @ machines"));
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::search);
    window->installEventFilter(this);
    connect(&look, &Look::changed, this, &CommandPalette::applyLook);
    applyLook();
    hide();
}

void CommandPalette::applyLook()
{
    QFont large = m_look.font(FontUse::Body);
    large.setPointSizeF(large.pointSizeF() + 1.5);
    m_edit->setFont(large);
    m_keys->setFont(m_look.font(FontUse::Caption));
    QPalette quiet = m_keys->palette();
    quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
    m_keys->setPalette(quiet);
    QPalette raised = m_look.theme().palette();
    raised.setColor(QPalette::Base, m_look.color(Tint::Raised));
    m_list->setPalette(raised);
    raised.setColor(QPalette::Base, Qt::transparent);
    m_edit->setPalette(raised);
    update();
}

void CommandPalette::open(Source source, const QString &about)
{
    m_source = std::move(source);
    m_about = about;
    m_focusBefore = window()->focusWidget();
    setGeometry(parentWidget()->rect());
    m_edit->clear();
    search();
    place();
    show();
    raise();
    m_edit->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::dismiss()
{
    hide();
    m_source = {};
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::search()
{
    if (!m_source)
        return;
    m_found = m_source(m_edit->text().trimmed());
    if (m_found.size() > mostRows)
        m_found.resize(mostRows);
    QString query = m_edit->text().trimmed();
    if (query.startsWith(u'>') || query.startsWith(u'#') || query.startsWith(u'@'))
        query.remove(0, 1);
    m_model->clear();
    QString section;
    for (qsizetype i = 0; i < m_found.size(); ++i) {
        const PaletteEntry &entry = m_found.at(i);
        if (entry.section != section) {
            section = entry.section;
            auto *head = new QStandardItem(section);
            head->setData(true, IsHead);
            head->setFlags(Qt::NoItemFlags);
            m_model->appendRow(head);
        }
        auto *row = new QStandardItem(entry.text);
        row->setData(qlonglong(i), EntryIndex);
        row->setData(entry.icon, Icon);
        row->setData(entry.detail, Detail);
        row->setData(entry.keys, Keys);
        row->setData(entry.blocked, Blocked);
        QVariantList hits;
        if (const auto match = paletteMatch(query, entry.text, entry.alias + u' ' + entry.section)) {
            for (const auto &[start, length] : match->hits)
                hits << start << length;
        }
        row->setData(hits, Hits);
        const QString state = entry.blocked.isEmpty() ? entry.detail : tr("not now: %1").arg(entry.blocked);
        row->setData(state.isEmpty() ? entry.text : entry.text + u", "_s + state, Qt::AccessibleTextRole);
        m_model->appendRow(row);
    }
    m_list->setCurrentIndex({});
    move(1);
    m_list->scrollToTop();
    m_list->setVisible(!m_found.isEmpty());
    place();
    update();
}

void CommandPalette::move(int step)
{
    const int rows = m_model->rowCount();
    int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : step > 0 ? -1 : rows;
    do
        row += step;
    while (row >= 0 && row < rows && m_model->index(row, 0).data(IsHead).toBool());
    if (row < 0 || row >= rows)
        return;
    m_list->setCurrentIndex(m_model->index(row, 0));
    m_list->scrollTo(m_list->currentIndex());
}

void CommandPalette::run(bool newTab)
{
    const QVariant index = m_list->currentIndex().data(EntryIndex);
    if (!index.isValid())
        return;
    const PaletteEntry entry = m_found.at(index.toLongLong());
    if (!entry.blocked.isEmpty() || !entry.run)
        return;
    dismiss();
    entry.run(newTab);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
        place();
    }
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Down: move(1); return true;
    case Qt::Key_Up: move(-1); return true;
    case Qt::Key_PageDown:
        for (int i = 0; i < 8; ++i)
            move(1);
        return true;
    case Qt::Key_PageUp:
        for (int i = 0; i < 8; ++i)
            move(-1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: run(key->modifiers() & Qt::ControlModifier); return true;
    case Qt::Key_Escape: dismiss(); return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return true;
    default: return false;
    }
}

QRect CommandPalette::card() const
{
    const int width = std::min(m_look.scaled(paletteWidth), this->width() - 48);
    int rows = 0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        rows += m_look.scaled(m_model->index(row, 0).data(IsHead).toBool() ? 28 : 32);
    const int top = std::min(fromTop, height() / 8);
    const int ends = m_look.scaled(fieldHeight + footHeight) + 12;
    const int room = this->height() - top - 48 - ends;
    return {(this->width() - width) / 2, top, width, ends + std::clamp(rows, m_look.scaled(64), std::max(64, std::min(room, m_look.scaled(432))))};
}

void CommandPalette::place()
{
    const QRect at = card();
    const int field = m_look.scaled(fieldHeight);
    const int foot = m_look.scaled(footHeight);
    const int about = m_about.isEmpty() ? 0 : std::min(at.width() / 2, QFontMetrics(m_look.font(FontUse::Caption)).horizontalAdvance(tr("on %1").arg(m_about)) + 30);
    m_edit->setGeometry(at.left() + 44, at.top() + 4, at.width() - 60 - about, field - 8);
    m_list->setGeometry(at.left() + 1, at.top() + field + 4, at.width() - 2, at.height() - field - foot - 8);
    m_keys->setGeometry(at.left() + 16, at.bottom() - foot, at.width() - 32, foot);
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QColor scrim = m_look.isDark() ? QColor(Qt::black) : m_look.color(Tint::Text1);
    scrim.setAlphaF(m_look.isDark() ? 0.52F : 0.32F);
    painter.fillRect(rect(), scrim);
    const QRect at = card();
    drawCard(painter, m_look, at, 10, Elevation::Popup);
    const int field = m_look.scaled(fieldHeight);
    painter.fillRect(QRect(at.left() + 1, at.top() + field, at.width() - 2, 1), m_look.color(Tint::Border));
    painter.fillRect(QRect(at.left() + 1, at.bottom() - m_look.scaled(footHeight), at.width() - 2, 1), m_look.color(Tint::Border));
    painter.drawPixmap(at.left() + 16, at.top() + (field - 16) / 2, m_look.pixmap(u"search"_s, Tint::Text2, 16, devicePixelRatioF()));
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_about.isEmpty()) {
        painter.setFont(m_look.font(FontUse::Caption));
        const int room = at.width() / 2 - 30;
        const QString words = painter.fontMetrics().elidedText(tr("on %1").arg(m_about), Qt::ElideMiddle, room);
        const int width = painter.fontMetrics().horizontalAdvance(words) + 14;
        const QRect chip(at.right() - 14 - width, at.top() + (field - 20) / 2, width, 20);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.color(Tint::AccentSoft));
        painter.drawRoundedRect(chip, 4, 4);
        painter.setPen(m_look.color(Tint::Text1));
        painter.drawText(chip, Qt::AlignCenter, words);
    }
    if (m_found.isEmpty()) {
        painter.setFont(m_look.font(FontUse::Body));
        painter.setPen(m_look.color(Tint::Text3));
        painter.drawText(m_list->geometry(), Qt::AlignCenter, tr("Nothing is called that"));
    }
}

void CommandPalette::mousePressEvent(QMouseEvent *event)
{
    if (!card().contains(event->pos()))
        dismiss();
}

} // namespace Drover
