#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QFrame>

QT_FORWARD_DECLARE_CLASS(QLabel)

namespace Drover {

class Look;

/// What happened, why, and the remedy, in one card: a 3 px bar and a soft fill; look.md, Details dock.
class ReasonCard : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Error, Warning, Hint, Done };
    struct Remedy
    {
        QString text;
        QString link; ///< what `remedyChosen` tells; empty: words alone
        friend bool operator==(const Remedy &, const Remedy &) = default;
    };

    explicit ReasonCard(const Look &look, QWidget *parent = nullptr);

    /// An empty title hides it.
    void setReason(Kind kind, const QString &title, const QString &why, const QList<Remedy> &remedies);
    QString title() const;
    QString why() const;

signals:
    void remedyChosen(const QString &link);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void applyLook();

    const Look &m_look;
    Kind m_kind = Kind::Hint;
    QList<Remedy> m_remedies;
    QLabel *m_title;
    QLabel *m_why;
    QLabel *m_links;
};

} // namespace Drover
