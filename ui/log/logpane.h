#pragma once

#include "backend/protocol/task.h"
#include "ui/log/logsearch.h"

#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QLineEdit)
QT_FORWARD_DECLARE_CLASS(QListView)
QT_FORWARD_DECLARE_CLASS(QToolButton)
QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class LogHitModel;
class LogReadout;
class LogView;
class Look;

/// One log with what belongs to it: tool line, lines, list of hits, figures. Of which task and
/// attempt it is told; where bytes come from says `makeSource`. GUI thread.
class LogPane : public QWidget
{
    Q_OBJECT

public:
    using MakeSource = std::function<std::unique_ptr<LogSource>(AttemptId attempt, Stream stream)>;

    LogPane(const Look &look, MakeSource makeSource, QWidget *parent = nullptr);
    ~LogPane() override;

    /// Attempt 0: the latest. What was open stays if it is the same.
    void open(TaskId task, int attempt);
    /// Name and attempts, for the tool line; as often as they change.
    void setTask(const QString &name, const QList<Attempt> &attempts);
    void setStream(Stream stream);
    void setAttempt(int attempt);
    void close();

    bool isOpen() const { return m_document != nullptr; }
    AttemptId attempt() const { return m_attempt; }
    Stream stream() const { return m_stream; }
    LogView *view() { return m_view; }
    LogSearch *search() { return m_search; }
    LogFilter *filter() { return m_filter; }

    void focusFind();
    void find(const LogPattern &pattern);
    /// "1234", "50%", "10:23:50", an instant; what is wrong with it, or nothing.
    static QString problemOfPlace(const QString &place);
    void goTo(const QString &place);
    void copySelection();
    void saveTo(const QString &path);
    void showHits(bool shows);
    bool showsHits() const;
    bool isExpression() const { return m_isExpression; }
    void setExpression(bool isExpression);
    bool matchesCase() const { return m_matchesCase; }
    void setMatchCase(bool matches);

    /// The line in hand, from 1; 0: not known. For links.
    qint64 currentLine() const;
    QJsonObject saved() const;
    void restore(const QJsonObject &saved);

signals:
    void changed(); ///< something that actions or status depend on
    void attemptChosen(int attempt);
    void streamChosen();
    void copied(const QString &text);
    void told(const QString &text);
    void wentWrong(const QString &what, const Drover::Error &error);
    void menuWanted(const QPoint &global);
    void actionWanted(const QString &id); ///< a button was pressed

protected:
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    QWidget *buildTools();
    QWidget *buildFooter();
    QToolButton *button(const QString &icon, const QString &actionId, const QString &name);
    void reopen();
    void restyle();
    void updateTools();
    void updateCount();
    void updateFooter();
    void onMenuOfAttempts();
    QString attemptWords(const Attempt &attempt) const;

    const Look &m_look;
    MakeSource m_makeSource;
    AttemptId m_attempt; // n 0: the latest
    Stream m_stream = Stream::Both;
    QString m_name;
    QList<Attempt> m_attempts;
    bool m_isExpression = true;
    bool m_matchesCase = false;

    LogDocument *m_document = nullptr; // with the four below: of what is open
    LogSearch *m_search = nullptr;
    LogFilter *m_filter = nullptr;
    LogView *m_view = nullptr;
    LogReadout *m_readout = nullptr;
    LogHitModel *m_hits = nullptr;

    QVBoxLayout *m_layout = nullptr;
    QWidget *m_place = nullptr; // of view and list
    QListView *m_hitList = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_empty = nullptr;
    QToolButton *m_streamButton = nullptr;
    QToolButton *m_attemptButton = nullptr;
    QLineEdit *m_find = nullptr;
    QLabel *m_count = nullptr;
    QToolButton *m_followButton = nullptr;
    QToolButton *m_wrapButton = nullptr;
    QLabel *m_figures = nullptr;
    QLabel *m_errors = nullptr;
    QLabel *m_warnings = nullptr;
    QLabel *m_filterText = nullptr;
    QLabel *m_order = nullptr;
    QLabel *m_end = nullptr;
    QJsonObject m_restored; // for the log that comes
};

} // namespace Drover
