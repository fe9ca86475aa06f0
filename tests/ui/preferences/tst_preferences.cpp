#include "ui/diagnostics/diagnosticsbundle.h"
#include "ui/preferences/shortcutmodel.h"
#include "ui/shell/notificationrules.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

void add(ActionRegistry &actions, const QString &id, const QString &section, const QString &keys, ShortcutScope scope)
{
    ActionSpec spec;
    spec.id = id;
    spec.text = id;
    spec.section = section;
    spec.shortcut = QKeySequence(keys);
    spec.scope = scope;
    actions.add(spec);
}

struct Keys
{
    Look look;
    ActionRegistry actions{look};
    std::unique_ptr<ShortcutModel> model;

    Keys()
    {
        add(actions, "task.retry", "Tasks", "R", ShortcutScope::Table);
        add(actions, "batch.retry", "Batches", "R", ShortcutScope::Table);
        add(actions, "task.kill", "Tasks", "Shift+Del", ShortcutScope::Table);
        add(actions, "window.palette", "Window", "Ctrl+K", ShortcutScope::Window);
        model = std::make_unique<ShortcutModel>(actions);
    }

    QString conflict(const QString &id) const
    {
        return model->indexOf(id, ShortcutModel::Keys).data(ShortcutModel::ConflictRole).toString();
    }

    bool set(const QString &id, const QString &keys)
    {
        return model->setData(model->indexOf(id, ShortcutModel::Keys), keys, Qt::EditRole);
    }
};

} // namespace

class TestPreferences : public QObject
{
    Q_OBJECT

private slots:
    void keysCanBeChangedAndPutBack()
    {
        Keys keys;
        QAbstractItemModelTester tester(keys.model.get());
        QVERIFY(keys.set("task.kill", "Ctrl+Del"));
        QCOMPARE(keys.actions.find("task.kill")->shortcut(), QKeySequence("Ctrl+Del"));
        QCOMPARE(keys.actions.changedShortcuts().size(), 1);
        keys.model->reset(keys.model->indexOf("task.kill", ShortcutModel::Keys));
        QCOMPARE(keys.actions.changedShortcuts().size(), 0);
        QVERIFY(keys.set("task.kill", "")); // none at all
        QVERIFY(keys.actions.find("task.kill")->shortcut().isEmpty());
        keys.model->resetAll();
        QCOMPARE(keys.actions.find("task.kill")->shortcut(), QKeySequence("Shift+Del"));
    }

    void conflictsAreToldButNotOfListsThatAreApart()
    {
        Keys keys;
        QCOMPARE(keys.conflict("task.retry"), QString());
        QVERIFY(keys.set("task.kill", "Ctrl+K"));
        QCOMPARE(keys.conflict("task.kill"), QString("window.palette"));
        QCOMPARE(keys.conflict("window.palette"), QString("task.kill"));
    }

    void actionsAreFoundByNameSectionOrKeys()
    {
        Keys keys;
        QAbstractItemModelTester tester(keys.model.get());
        keys.model->setWords("batch");
        QCOMPARE(keys.model->rowCount(), 1);
        keys.model->setWords("ctrl+k");
        QCOMPARE(keys.model->rowCount(), 1);
        keys.model->setWords("");
        QCOMPARE(keys.model->rowCount(), 4);
    }

    void rulesSurviveBeingKept()
    {
        NotificationRules rules;
        rules.set(Occasion::BatchEnded, Telling::Desktop);
        rules.set(Occasion::MachineLost, Telling::Nothing);
        const NotificationRules again = NotificationRules::fromJson(rules.toJson());
        QCOMPARE(int(again.of(Occasion::BatchEnded)), int(Telling::Desktop));
        QCOMPARE(int(again.of(Occasion::MachineLost)), int(Telling::Nothing));
        QCOMPARE(int(NotificationRules::fromJson({}).of(Occasion::MachineLost)), int(Telling::Desktop));
    }

    void theBundleHasNoSecrets()
    {
        const QString text = bundleText({{"Connection",
                                          {{"Address", "127.0.0.1:7443"},
                                           {"Last problem", "token=abcdef password: hunter2, see https://joe:pw@host/x"},
                                           {"Link", "drover://join/user/h:1/pinpin/secretsecret"}}}});
        QVERIFY(text.contains("127.0.0.1:7443"));
        for (const QString &secret : {u"abcdef"_s, u"hunter2"_s, u"joe:pw"_s, u"secretsecret"_s})
            QVERIFY2(!text.contains(secret), qPrintable(secret));
    }
};

QTEST_MAIN(TestPreferences)
#include "tst_preferences.moc"
